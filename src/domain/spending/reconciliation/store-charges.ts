import "server-only";
import { and, eq, gte, lt, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { providerChargesTable as charges } from "@/lib/db/schema";
import type { ListedKey } from "@/lib/db/schema/reconciliation-sources";
import { holdClaim } from "./claim-source";
import type { Charge, DayRange } from "./reports/charges-report";
import type { KeyUsage } from "./reports/openrouter-key";
import { ownerOf, type SourceRow } from "./source";
import { daysAfter } from "./utc-day";

/** Rows of one statement. */
const BATCH = 1000;

/**
 * Stores a report. It replaces what an earlier one said of these days: the figures are the provider's, and it
 * may correct them.
 *
 * @throws ClaimLost
 */
export async function storeReport(
  source: SourceRow,
  range: DayRange,
  report: { charges: readonly Charge[]; keys: readonly ListedKey[] },
): Promise<void> {
  const { provider } = source;
  const owner = ownerOf(source);
  const hints = new Map(report.keys.map(({ id, last4 }) => [id, last4]));
  const fetchedAt = new Date();
  const rows = report.charges
    .filter(({ day }) => day >= range.from && day < range.to)
    .map((charge) => ({
      ...charge,
      ownerKind: owner.kind,
      ownerId: owner.id,
      provider,
      keyHint: hints.get(charge.keyId) ?? null,
      fetchedAt,
    }));
  const db = await database();
  await db.transaction(async (tx) => {
    await holdClaim(tx, source);
    await tx
      .delete(charges)
      .where(
        and(
          eq(charges.ownerKind, owner.kind),
          eq(charges.ownerId, owner.id),
          eq(charges.provider, provider),
          gte(charges.day, range.from),
          lt(charges.day, range.to),
        ),
      );
    for (let start = 0; start < rows.length; start += BATCH) {
      // oxlint-disable-next-line no-await-in-loop -- in one transaction
      await tx
        .insert(charges)
        .values(rows.slice(start, start + BATCH))
        .onConflictDoUpdate({
          target: [
            charges.ownerKind,
            charges.ownerId,
            charges.provider,
            charges.day,
            charges.keyId,
            charges.model,
          ],
          set: {
            microUsd: sql`excluded.micro_usd`,
            listMicroUsd: sql`excluded.list_micro_usd`,
            keyHint: sql`excluded.key_hint`,
            fetchedAt: sql`excluded.fetched_at`,
          },
        });
    }
  });
}

/**
 * Stores what a key says of today. What it had cost before today ends the day before exactly, if that was
 * asked about too: how much was charged between two readings of a total is not known by day.
 *
 * @param of.last4 of the key, if it is known
 * @throws ClaimLost
 */
export async function storeKeyUsage(
  source: SourceRow,
  { last4, day, usage }: { last4: string | null; day: string; usage: KeyUsage },
): Promise<void> {
  const { provider, keyRef } = source;
  const owner = ownerOf(source);
  const { totalMicroUsd, todayMicroUsd } = usage;
  if (todayMicroUsd === null) return;
  const before = Math.max(0, totalMicroUsd - todayMicroUsd);
  const db = await database();
  const ofKey = and(
    eq(charges.ownerKind, owner.kind),
    eq(charges.ownerId, owner.id),
    eq(charges.provider, provider),
    eq(charges.keyId, keyRef),
  );
  await db.transaction(async (tx) => {
    await holdClaim(tx, source);
    const figures = {
      microUsd: todayMicroUsd,
      totalBeforeMicroUsd: before,
      keyHint: last4,
      fetchedAt: new Date(),
    };
    await tx
      .insert(charges)
      .values({ ownerKind: owner.kind, ownerId: owner.id, provider, keyId: keyRef, day, ...figures })
      .onConflictDoUpdate({
        target: [
          charges.ownerKind,
          charges.ownerId,
          charges.provider,
          charges.day,
          charges.keyId,
          charges.model,
        ],
        set: figures,
      });
    await tx
      .update(charges)
      .set({ microUsd: sql`${before}::bigint - ${charges.totalBeforeMicroUsd}` })
      .where(
        and(
          ofKey,
          eq(charges.day, daysAfter(day, -1)),
          sql`${charges.totalBeforeMicroUsd} <= ${before}::bigint`,
        ),
      );
  });
}
