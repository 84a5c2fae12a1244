import "server-only";
import { sql } from "drizzle-orm";
import { INSTALLATION } from "@/contracts/owner";
import type { Actor } from "@/domain/identity/actor";
import { notify } from "@/domain/notifications/notify";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { countLimitChange } from "./count-limit-change";

/**
 * Tells the operators that a person asks for more than the platform allows them: once for each window and
 * day, however often it is asked.
 *
 * @throws AppError `not_found` for a limit that does not count for them, and for their own, which they raise;
 *   `rate_limited`
 */
export async function askForMore(actor: Actor, id: string): Promise<void> {
  await countLimitChange(actor);
  const db = await database();
  const [asked] = await rowsOf<{
    scope: string;
    measure: string;
    period: string;
    amount: number;
    day: string;
    name: string;
  }>(
    db,
    sql`select a.scope_kind as scope, a.measure, a.period, a.amount::float8 as amount, "user".name,
        to_char(now() at time zone a.time_zone, 'YYYY-MM-DD') as day
      from limits_of_request(${actor.userId}, ${INSTALLATION.kind}, ${INSTALLATION.id}, null) a
      join "user" on "user".id = ${actor.userId}
      where a.id = ${id}::uuid and a.is_enforced`,
  );
  if (!asked) throw notFound("limit");
  const { day, name, ...limit } = asked;
  await notify(db, {
    owner: INSTALLATION,
    kind: "limit_request",
    dedupeKey: `${id}:${actor.userId}:${day}`,
    detail: { limitId: id, personId: actor.userId, personName: name, ...limit },
  });
}
