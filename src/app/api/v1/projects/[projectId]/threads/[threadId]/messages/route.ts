import type { ThreadMessagesResponse } from "@/contracts/threads";
import { listThreadMessages } from "@/domain/projects/threads/list-thread-messages";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute<{ projectId: string; threadId: string }>(
  async ({ user, params }): Promise<ThreadMessagesResponse> => ({
    messages: await listThreadMessages(user, params.projectId, params.threadId),
  }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
