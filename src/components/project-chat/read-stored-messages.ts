import type { ThreadMessage, ThreadMessagesResponse } from "@/contracts/threads";
import { allPages } from "@/lib/http/all-pages";
import { callApi } from "@/lib/http/api-client";

/** What another viewer has added since is rarely more. */
const NEWEST = 20;

/** All messages of a thread, oldest first. @throws ApiError */
export async function readAllMessages(
  projectId: string,
  threadId: string,
  signal: AbortSignal,
): Promise<ThreadMessage[]> {
  const pages = await allPages<ThreadMessagesResponse>(messagesPath(projectId, threadId), { signal });
  // The newest page comes first.
  return pages.toReversed().flatMap(({ messages }) => messages);
}

/**
 * The newest messages of a thread, oldest first: all of those that are not known, and perhaps more.
 *
 * @throws ApiError
 */
export async function readStoredMessages(
  projectId: string,
  threadId: string,
  knownIds: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ThreadMessage[]> {
  const path: `/api/${string}` = `${messagesPath(projectId, threadId)}?limit=${NEWEST}`;
  const { messages, next } = await callApi<ThreadMessagesResponse>(path, { signal });
  const read = new Set(messages.map(({ id }) => id));
  const isConnected = messages.every(
    ({ id, parentId }) =>
      knownIds.has(id) || parentId === null || knownIds.has(parentId) || read.has(parentId),
  );
  return next === undefined || isConnected ? messages : readAllMessages(projectId, threadId, signal);
}

function messagesPath(projectId: string, threadId: string): `/api/${string}` {
  return `/api/v1/projects/${projectId}/threads/${threadId}/messages`;
}
