import { createProjectRequestSchema, type ProjectListResponse } from "@/contracts/projects";
import { createProject } from "@/domain/projects/create-project";
import { listProjects } from "@/domain/projects/list-projects";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  async ({ user }): Promise<ProjectListResponse> => ({ projects: await listProjects(user) }),
);

export const POST = apiRoute(async ({ request, user }) =>
  createProject(user, await readJson(request, createProjectRequestSchema, { maxBytes: 8 * 1024 })),
);

const refuse = refuseMethod("GET", "POST");

export { refuse as DELETE, refuse as PATCH, refuse as PUT };
