import type { HttpPerson } from "../../support/http-person";
import { sql } from "./database";

/**
 * Puts a compaction before the last answer of a thread, as if its context had been nearly full.
 *
 * @returns the answer's id
 */
export async function storeCompaction(
  person: HttpPerson,
  { projectId, threadId }: { projectId: string; threadId: string },
): Promise<string> {
  const answerId = (await person.messagesOf(projectId, threadId)).at(-1)?.id;
  if (answerId === undefined) throw new Error("the thread has no answer");
  const data = { state: "done", upTo: "before", summary: "private" };
  await sql("update messages set parts = jsonb_build_array($1::jsonb) || parts where id = $2", [
    JSON.stringify({ type: "data-compaction", data }),
    answerId,
  ]);
  return answerId;
}
