import "server-only";
import { and, eq, gte, lte, sql } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import { database } from "@/lib/db/client";
import { providerChargesTable as charges } from "@/lib/db/schema";
import type { Days } from "./key-reference";
import { SELF_REPORTING } from "./source";

/** What providers charged, by key and UTC day. */
export async function readCharged(owner: Owner, { from, to }: Days) {
  const db = await database();
  const isSelf = sql`${charges.provider} = ${SELF_REPORTING}`;
  const ref = sql<string>`case when ${isSelf} then ${charges.keyId} else coalesce(${charges.keyHint}, ${charges.keyId}) end`;
  return db
    .select({
      provider: charges.provider,
      ref: ref.as("ref"),
      day: charges.day,
      microUsd: sql`sum(${charges.microUsd})`.mapWith(Number),
      // Nothing is said of the list price where one of the parts says nothing.
      listMicroUsd: sql<
        number | null
      >`case when bool_and(${charges.listMicroUsd} is not null) then sum(${charges.listMicroUsd})::float8 end`,
    })
    .from(charges)
    .where(
      and(
        eq(charges.ownerKind, owner.kind),
        eq(charges.ownerId, owner.id),
        gte(charges.day, from),
        lte(charges.day, to),
      ),
    )
    .groupBy(charges.provider, sql`ref`, charges.day);
}
