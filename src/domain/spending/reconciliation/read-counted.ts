import "server-only";
import { and, eq, gte, inArray, lt, sql } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";
import { database } from "@/lib/db/client";
import { usageEventsTable as usage } from "@/lib/db/schema";
import { operatorKeyLast4 } from "@/lib/provider-variables";
import { correctedCost } from "./corrected-cost";
import { COMPARED, type Days, labelOf, placeOf } from "./key-reference";
import { PLATFORM, SELF_REPORTING } from "./source";
import { daysAfter, startOf } from "./utc-day";

/** What was counted here, by key and UTC day, with what was learned later. */
export async function readCounted(owner: Owner, { from, to }: Days) {
  const db = await database();
  const day = sql<string>`to_char(${usage.at} at time zone 'UTC', 'YYYY-MM-DD')`;
  const rows = await db
    .select({
      provider: usage.provider,
      keyId: usage.keyId,
      last4: usage.keyLast4,
      day,
      label: sql<string | null>`max(${usage.keyLabel})`,
      microUsd: sql`coalesce(sum(${correctedCost}), 0)`.mapWith(Number),
      requests: sql`sum(coalesce(${usage.requests}, 1))`.mapWith(Number),
      unpriced: sql`count(*) filter (
        where ${correctedCost} is null and ${usage.requests} is distinct from 0
      )`.mapWith(Number),
    })
    .from(usage)
    .where(
      and(
        eq(usage.ownerKind, owner.kind),
        eq(usage.ownerId, owner.id),
        gte(usage.at, startOf(from)),
        lt(usage.at, startOf(daysAfter(to, 1))),
        inArray(usage.provider, [...COMPARED]),
      ),
    )
    .groupBy(usage.provider, usage.keyId, usage.keyLast4, day);
  // A key that was replaced, or saved twice, is another row of ours and the same key of theirs.
  const merged = new Map<string, ReturnType<typeof countedRow>>();
  for (const row of rows.map((each) => countedRow(owner, each))) {
    const at = `${placeOf(row)} ${row.day}`;
    const before = merged.get(at);
    merged.set(
      at,
      before
        ? {
            ...row,
            microUsd: before.microUsd + row.microUsd,
            requests: before.requests + row.requests,
            unpriced: before.unpriced + row.unpriced,
          }
        : row,
    );
  }
  return [...merged.values()];
}

function countedRow(
  owner: Owner,
  row: {
    provider: ProviderId;
    keyId: string | null;
    last4: string | null;
    day: string;
    label: string | null;
    microUsd: number;
    requests: number;
    unpriced: number;
  },
) {
  const { keyId, label, ...figures } = row;
  const last4 = row.last4 ?? (owner.kind === "installation" ? operatorKeyLast4(row.provider) : null);
  const ref = row.provider === SELF_REPORTING ? (keyId ?? PLATFORM) : (last4 ?? "");
  return { ...figures, ref, last4, label: label || labelOf(owner, row.provider) };
}
