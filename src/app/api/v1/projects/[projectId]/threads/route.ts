import { type ThreadListResponse, threadPageSchema } from "@/contracts/threads";
import { listThreads } from "@/domain/projects/threads/list-threads";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute<{ projectId: string }>(
  async ({ user, params, url }): Promise<ThreadListResponse> =>
    listThreads(user, params.projectId, parseInput(threadPageSchema, Object.fromEntries(url.searchParams))),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
