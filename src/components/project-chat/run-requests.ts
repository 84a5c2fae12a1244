import { ChatFailure, refusalOf } from "./chat-failure";
import { agentFetch, streamOf } from "./chat-fetch";

// Next inlines the variable into the bundle; it is set if the agent server is deployed separately.
export const AGENT_URL = process.env.NEXT_PUBLIC_MASTRA_API_URL || "/api/mastra/codegen";
const BASE_URL = AGENT_URL.replace(/\/codegen\/?$/, "");

/** A running answer, from its first chunk on. */
export interface OpenedRun {
  response: Response;
  /** Id of the message that it answers; null if the server does not say. */
  questionId: string | null;
}

/**
 * Joins the running answer of a thread.
 *
 * @returns null if none runs
 * @throws ChatFailure; AbortError
 */
export async function openRun(threadId: string, signal: AbortSignal): Promise<OpenedRun | null> {
  const response = await agentFetch(`${BASE_URL}/threads/${threadId}/stream`, { signal });
  if (response.status === 204) return null;
  return { response: await streamOf(response), questionId: response.headers.get("x-run-question") };
}

/** Stops a run at its provider. Resolves when it has ended and is stored. @throws ChatFailure */
export async function stopRun(runId: string): Promise<void> {
  const response = await agentFetch(`${BASE_URL}/runs/${encodeURIComponent(runId)}`, { method: "DELETE" });
  if (!response.ok) throw new ChatFailure(await refusalOf(response), response.status);
}

/** Whether a run goes on when nobody watches it. @throws ChatFailure */
export async function setKeepWorking(runId: string, keepWorking: boolean): Promise<void> {
  const response = await agentFetch(`${BASE_URL}/runs/${encodeURIComponent(runId)}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ keepWorking }),
  });
  if (!response.ok) throw new ChatFailure(await refusalOf(response), response.status);
}

export function runIdOf(response: Response): string | null {
  return response.headers.get("x-run-id");
}
