import "server-only";
import { randomUUID } from "node:crypto";
import { and, eq, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import { database, type Transaction } from "@/lib/db/client";
import { reconciliationSourcesTable as sources } from "@/lib/db/schema";
import type { SourceRow } from "./source";

/** A server that ends in the middle leaves its source to the others after this long. */
const CLAIM_MINUTES = 10;

/**
 * Claims the source that is due longest, for this server alone.
 *
 * @param owner one of this owner's; of anybody's without
 * @returns null if none is due
 */
export async function claimSource(owner?: Owner): Promise<SourceRow | null> {
  const db = await database();
  const due = db
    .select({ id: sources.id })
    .from(sources)
    .where(
      and(
        lte(sources.nextAt, sql`now()`),
        or(isNull(sources.claimedUntil), lt(sources.claimedUntil, sql`now()`)),
        owner && eq(sources.ownerKind, owner.kind),
        owner && eq(sources.ownerId, owner.id),
      ),
    )
    .orderBy(sources.nextAt)
    .limit(1)
    .for("update", { skipLocked: true });
  const [claimed] = await db
    .update(sources)
    .set({ claim: randomUUID(), claimedUntil: sql`now() + make_interval(mins => ${CLAIM_MINUTES})` })
    // As a value: joined, the planner might run the query for a row several times.
    .where(sql`${sources.id} = (${due})`)
    .returning();
  return claimed ?? null;
}

/** Thrown where a claim was lost: to another server, or because the source's key is another by now. */
export class ClaimLost extends Error {
  override name = "ClaimLost";
}

/**
 * Makes sure that a source is still claimed, until the transaction ends: before what it said is stored.
 *
 * @throws ClaimLost
 */
export async function holdClaim(tx: Transaction, { id, claim }: SourceRow): Promise<void> {
  if (claim === null) throw new TypeError("only a claimed source is held");
  const held = await tx
    .select({ id: sources.id })
    .from(sources)
    .where(and(eq(sources.id, id), eq(sources.claim, claim)))
    .for("update");
  if (held.length === 0) throw new ClaimLost();
}

/** Gives a claimed source back, with what came of it. Does nothing if another server has it by now. */
export async function releaseSource(
  { id, claim }: SourceRow,
  outcome: Partial<typeof sources.$inferInsert>,
): Promise<void> {
  if (claim === null) throw new TypeError("only a claimed source is released");
  const db = await database();
  await db
    .update(sources)
    .set({ ...outcome, claim: null, claimedUntil: null })
    .where(and(eq(sources.id, id), eq(sources.claim, claim)));
}
