import { randomUUID } from "node:crypto";
import type { HttpPerson } from "../../support/http-person";
import { sql } from "./database";

/** Tells a person something, as any part of the product does. @returns the notification's id */
export async function storeNotification(
  { userId }: HttpPerson,
  {
    kind = "key_failing",
    detail = { label: "Work", last4: "1a2b", provider: "anthropic", outcome: "invalid" },
    dedupeKey = randomUUID(),
  }: { kind?: string; detail?: object; dedupeKey?: string } = {},
): Promise<string> {
  const [row] = await sql<{ id: string }>(
    `insert into notifications (owner_kind, owner_id, kind, dedupe_key, detail)
      values ('person', $1, $2, $3, $4) returning id`,
    [userId, kind, dedupeKey, detail],
  );
  if (!row) throw new Error("not stored");
  return row.id;
}
