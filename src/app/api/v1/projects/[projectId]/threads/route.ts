import type { ThreadListResponse } from "@/contracts/threads";
import { listThreads } from "@/domain/projects/threads/list-threads";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute<{ projectId: string }>(
  async ({ user, params }): Promise<ThreadListResponse> => ({
    threads: await listThreads(user, params.projectId),
  }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
