import type { HttpPerson } from "../../support/http-person";
import { sql } from "./database";

/**
 * A limit of a person's own and what the platform allows them; soft, and larger than anything here: the
 * people of other tests are not to meet them.
 *
 * @returns ids for the route table
 */
export async function storeLimits({ userId }: HttpPerson): Promise<{ limitId: string; allowanceId: string }> {
  const store = async (ownerKind: string, ownerId: string, payer: string) => {
    const [row] = await sql<{ id: string }>(
      `insert into limits (owner_kind, owner_id, scope_kind, scope_id, payer, measure, amount, period, time_zone, hard, created_by)
        values ($1, $2, 'person', $3, $4, 'requests', 1000000, 'month', 'UTC', false, $3) returning id`,
      [ownerKind, ownerId, userId, payer],
    );
    if (!row) throw new Error("not stored");
    return row.id;
  };
  return {
    limitId: await store("person", userId, "person"),
    allowanceId: await store("installation", "installation", "platform"),
  };
}
