import { renameProjectRequestSchema } from "@/contracts/projects";
import { deleteProject } from "@/domain/projects/delete-project";
import { getProject } from "@/domain/projects/get-project";
import { renameProject } from "@/domain/projects/rename-project";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

type Params = { projectId: string };

export const GET = apiRoute<Params>(({ user, params }) => getProject(user, params.projectId));

export const PATCH = apiRoute<Params>(async ({ request, user, params }) =>
  renameProject(
    user,
    params.projectId,
    await readJson(request, renameProjectRequestSchema, { maxBytes: 8 * 1024 }),
  ),
);

export const DELETE = apiRoute<Params>(async ({ user, params }) => {
  await deleteProject(user, params.projectId);
  return { success: true };
});

const refuse = refuseMethod("GET", "PATCH", "DELETE");

export { refuse as POST, refuse as PUT };
