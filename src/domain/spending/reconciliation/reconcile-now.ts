import "server-only";
import { and, eq } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import type { ReconciliationRunResponse } from "@/contracts/reconciliation";
import { database } from "@/lib/db/client";
import { reconciliationSourcesTable as sources } from "@/lib/db/schema";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { claimSource } from "./claim-source";
import { ensureSources } from "./ensure-sources";
import { reconcileSource } from "./reconcile-source";

/** Providers limit how often their reports are read; they change a few times a day. */
const CHECKS: Limit = {
  name: "reconciliation-check",
  points: 6,
  seconds: 600,
  sentence: "You have asked the providers very often in the last minutes.",
};

/** Of one click, while a person waits; what is left is due, and asked by the job within minutes. */
const AT_MOST = 20;
const BEGUN_WITHIN_MS = 45_000;

/**
 * Asks an owner's providers now. What another server is asking at this moment is left to it.
 *
 * @throws AppError `rate_limited`
 */
export async function reconcileNow(owner: Owner): Promise<ReconciliationRunResponse> {
  await consumeLimit(CHECKS, `${owner.kind}:${owner.id}`);
  await ensureSources(owner);
  const db = await database();
  await db
    .update(sources)
    .set({ nextAt: new Date(0) })
    .where(and(eq(sources.ownerKind, owner.kind), eq(sources.ownerId, owner.id)));
  const done = { checked: 0, failed: 0, isComplete: false };
  const end = performance.now() + BEGUN_WITHIN_MS;
  while (done.checked < AT_MOST && performance.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const source = await claimSource(owner);
    if (!source) return { ...done, isComplete: true };
    // oxlint-disable-next-line no-await-in-loop
    const succeeded = await reconcileSource(source, { eager: true });
    done.checked += 1;
    if (!succeeded) done.failed += 1;
  }
  return done;
}
