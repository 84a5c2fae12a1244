import { messagePageSchema, type ThreadMessagesResponse } from "@/contracts/threads";
import { listThreadMessages } from "@/domain/projects/threads/list-thread-messages";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute<{ projectId: string; threadId: string }>(
  async ({ user, params, url }): Promise<ThreadMessagesResponse> => {
    const page = parseInput(messagePageSchema, Object.fromEntries(url.searchParams));
    return listThreadMessages(user, params.projectId, params.threadId, page);
  },
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
