import { randomUUID } from "node:crypto";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { HttpAnswer, HttpPerson } from "../../support/http-person";
import { standIn } from "./stand-in";

export const KEYS = "/api/v1/user/ai-keys";

export const listOf = async (person: HttpPerson): Promise<AiKeySummary[]> =>
  (await person.call("GET", KEYS)).body.keys;

/** @throws when the key is not listed */
export async function summaryOf(person: HttpPerson, keyId: string): Promise<AiKeySummary> {
  const found = (await listOf(person)).find(({ id }) => id === keyId);
  if (!found) throw new Error("the key is not listed");
  return found;
}

/** @throws unless it succeeds */
export async function done(answer: Promise<HttpAnswer>): Promise<HttpAnswer> {
  const { status, text } = await answer;
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return answer;
}

/** Who paid for a message: the keys its requests carried. */
export async function payersOf(
  person: HttpPerson,
  options: { keyId?: string; aiProvider?: string; model?: string } = {},
) {
  const text = `say: ${randomUUID()}`;
  const projectId = await person.createProject();
  const answer = await person.chat({ projectId, text, keyProvider: "personal", ...options });
  const { entries } = await standIn.journal({ said: text, bodies: false });
  const keys = entries.filter(({ lastUserText }) => lastUserText === text).map(({ apiKey }) => apiKey);
  return { keys, code: answer.error?.code ?? null, text: answer.text };
}
