import "server-only";
import type { Owner } from "@/contracts/owner";
import { notify } from "@/domain/notifications/notify";
import { database } from "@/lib/db/client";
import { compareCharges } from "./compare-charges";
import { daysAfter, utcDayOf } from "./utc-day";

/** A first report covers a month, and nobody is to be told of each of its days. */
const TOLD_DAYS = 7;

/** Tells an owner of each key and day of the last week on which the figures differ. Once for each. */
export async function tellGaps(owner: Owner): Promise<void> {
  const today = utcDayOf(new Date());
  const rows = await compareCharges(owner, { from: daysAfter(today, -TOLD_DAYS), to: today });
  const db = await database();
  for (const { ref, row } of rows) {
    if (!row.isNotable || !row.theirs) continue;
    // oxlint-disable-next-line no-await-in-loop -- few, if any
    await notify(db, {
      owner,
      kind: "reconciliation_gap",
      dedupeKey: `${row.provider}:${ref}:${row.day}`,
      detail: {
        provider: row.provider,
        providerName: row.providerName,
        key: row.keyLabel,
        day: row.day,
        oursMicroUsd: row.ours.microUsd,
        theirsMicroUsd: row.theirs.microUsd,
      },
    });
  }
}
