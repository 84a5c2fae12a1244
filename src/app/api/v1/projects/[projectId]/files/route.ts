import type { ProjectFileListResponse } from "@/contracts/project-files";
import { listProjectFiles } from "@/domain/project-files/list-project-files";
import { apiRoute } from "@/lib/http/api-route";

export const GET = apiRoute<{ projectId: string }>(
  async ({ user, params }): Promise<ProjectFileListResponse> => ({
    files: await listProjectFiles(user, params.projectId),
  }),
);
