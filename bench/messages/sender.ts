import { randomUUID } from "node:crypto";
import { type HttpPerson, userMessage } from "../../tests/support/http-person";

/** The provider key of everybody here. */
export const KEY = "sk-ant-bench-personal-key-0000000000000001";

/** A thread takes so many messages here before the next one begins. */
const THREAD_MESSAGES = 20;
/** Tokens of the agent route hold for 15 minutes. */
const TOKEN_MS = 8 * 60_000;

/** One person with a key, a project, and a thread that grows. */
export interface Sender {
  readonly person: HttpPerson;
  readonly projectId: string;
  /** Sends a message below the last answer, as a browser does. */
  send(text: string, signal?: AbortSignal): Promise<Response>;
  /** The next message begins a thread. */
  newThread(): void;
}

export async function newSender(person: HttpPerson): Promise<Sender> {
  await person.saveKey(KEY);
  const projectId = await person.createProject();
  let threadId = randomUUID();
  let parentId: string | null = null;
  let sent = 0;
  let tokenAt = Date.now();
  const newThread = () => {
    threadId = randomUUID();
    parentId = null;
    sent = 0;
  };
  return {
    person,
    projectId,
    newThread,
    async send(text, signal) {
      if (Date.now() - tokenAt > TOKEN_MS) {
        tokenAt = Date.now();
        await person.refreshToken();
      }
      if (sent === THREAD_MESSAGES) newThread();
      sent += 1;
      const response = await person.send({
        projectId,
        threadId,
        question: { parentId, message: userMessage(text) },
        keyProvider: "personal",
        ...(signal && { signal }),
      });
      parentId = response.headers.get("x-run-id");
      return response;
    },
  };
}

/** The same request as the product's, past it. */
export function askStandIn(url: string, text: string): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", "x-api-key": KEY },
    body: JSON.stringify({
      model: "claude-haiku-4-5",
      max_tokens: 1000,
      stream: true,
      messages: [{ role: "user", content: text }],
    }),
  });
}
