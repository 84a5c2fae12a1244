import type { ThreadMessagesResponse } from "@/contracts/threads";
import { listThreadMessages } from "@/domain/threads/list-thread-messages";
import { apiRoute } from "@/lib/http/api-route";

export const GET = apiRoute<{ projectId: string; threadId: string }>(
  async ({ user, params }): Promise<ThreadMessagesResponse> => ({
    messages: await listThreadMessages(user, params.projectId, params.threadId),
  }),
);
