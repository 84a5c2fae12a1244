import type { ThreadListResponse } from "@/contracts/threads";
import { listThreads } from "@/domain/threads/list-threads";
import { apiRoute } from "@/lib/http/api-route";

export const GET = apiRoute<{ projectId: string }>(
  async ({ user, params }): Promise<ThreadListResponse> => ({
    threads: await listThreads(user, params.projectId),
  }),
);
