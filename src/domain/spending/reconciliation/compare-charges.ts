import "server-only";
import type { Owner } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";
import type { ReconciliationRow } from "@/contracts/reconciliation";
import { providerById } from "@/domain/providers/registry";
import { type Days, placeOf } from "./key-reference";
import { readCharged } from "./read-charged";
import { readCounted } from "./read-counted";
import { readSources } from "./read-sources";
import { savedKeys } from "./saved-keys";
import { ADMIN, settlingDays } from "./source";
import { daysAfter, utcDayOf } from "./utc-day";

/** Told above this share of what was charged, and above this amount. */
const NOTABLE_SHARE = 0.05;
const NOTABLE_MICRO_USD = 1_000_000;

/** A row, and what it is matched by: the last four characters of a key, or its `key_ref`. */
export interface ComparedRow {
  ref: string;
  row: ReconciliationRow;
}

/** What was counted for an owner's keys beside what their providers charged, newest day first. */
export async function compareCharges(owner: Owner, days: Days): Promise<ComparedRow[]> {
  const [ours, theirs, asked, saved] = await Promise.all([
    readCounted(owner, days),
    readCharged(owner, days),
    readSources(owner),
    savedKeys(owner),
  ]);
  const today = utcDayOf(new Date());
  // A key that was charged for, and not used here at all, is what one wants to hear of.
  const known = new Map([...ours, ...saved].map((key) => [placeOf(key), key]));
  const places = new Map<string, { provider: ProviderId; ref: string; day: string }>();
  for (const place of [...ours, ...theirs]) {
    // What the organization paid for keys that are not used here is no gap.
    if (known.has(placeOf(place))) places.set(`${placeOf(place)} ${place.day}`, place);
  }
  const ourAt = new Map(ours.map((our) => [`${placeOf(our)} ${our.day}`, our]));
  const theirAt = new Map(theirs.map((their) => [`${placeOf(their)} ${their.day}`, their]));
  return (
    [...places]
      .map(([at, { provider, ref, day }]) => {
        const our = ourAt.get(at);
        const source = asked.find((each) => each.provider === provider && each.keyRef === ADMIN);
        const listed = source?.keys.filter((key) => key.last4 === ref) ?? [];
        const isCovered =
          listed.length > 0 &&
          source?.coveredFrom != null &&
          source.coveredTo != null &&
          day >= source.coveredFrom &&
          day < source.coveredTo;
        const charged = theirAt.get(at) ?? (isCovered ? { microUsd: 0, listMicroUsd: null } : null);
        const counted = our ?? { microUsd: 0, requests: 0, unpriced: 0 };
        const gapMicroUsd = charged ? charged.microUsd - counted.microUsd : null;
        const isFinal = daysAfter(day, settlingDays(provider)) <= today;
        const isAmbiguous = listed.length > 1;
        return {
          ref,
          row: {
            id: placeOf({ provider, ref }),
            day,
            provider,
            providerName: providerById(provider).facts.name,
            keyLabel: known.get(placeOf({ provider, ref }))?.label ?? "",
            last4: known.get(placeOf({ provider, ref }))?.last4 ?? null,
            ours: { microUsd: counted.microUsd, requests: counted.requests, unpriced: counted.unpriced },
            theirs: charged && { microUsd: charged.microUsd, listMicroUsd: charged.listMicroUsd },
            gapMicroUsd,
            isNotable: isFinal && !isAmbiguous && isNotable(gapMicroUsd, charged?.microUsd ?? 0),
            isFinal,
            isAmbiguous,
          },
        };
      })
      // A day without anything on either side is nothing to look at.
      .filter(({ row }) => row.ours.requests > 0 || (row.theirs?.microUsd ?? 0) > 0)
      .toSorted(
        ({ row: a }, { row: b }) =>
          b.day.localeCompare(a.day) ||
          a.providerName.localeCompare(b.providerName) ||
          a.keyLabel.localeCompare(b.keyLabel),
      )
  );
}

/** What organizations paid in these days for keys that are not used here. */
export async function chargesOfOtherKeys(
  owner: Owner,
  days: Days,
): Promise<{ provider: ProviderId; providerName: string; microUsd: number }[]> {
  const [ours, theirs, saved] = await Promise.all([
    readCounted(owner, days),
    readCharged(owner, days),
    savedKeys(owner),
  ]);
  const known = new Set([...ours, ...saved].map(placeOf));
  const sums = new Map<ProviderId, number>();
  for (const their of theirs) {
    if (known.has(placeOf(their)) || their.microUsd === 0) continue;
    sums.set(their.provider, (sums.get(their.provider) ?? 0) + their.microUsd);
  }
  return [...sums].map(([provider, microUsd]) => ({
    provider,
    providerName: providerById(provider).facts.name,
    microUsd,
  }));
}

function isNotable(gapMicroUsd: number | null, chargedMicroUsd: number): boolean {
  const gap = Math.abs(gapMicroUsd ?? 0);
  return gap > NOTABLE_MICRO_USD && gap > NOTABLE_SHARE * chargedMicroUsd;
}
