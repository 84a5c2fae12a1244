import type { ProjectFileListResponse } from "@/contracts/project-files";
import { listProjectFiles } from "@/domain/projects/files/list-project-files";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute<{ projectId: string }>(
  async ({ user, params }): Promise<ProjectFileListResponse> => ({
    files: await listProjectFiles(user, params.projectId),
  }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
