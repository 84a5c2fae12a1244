import "server-only";
import { and, asc, eq, gte, inArray, lt, lte, sql } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";
import { ADMIN_KEY_PROVIDERS, type ReconciliationRow } from "@/contracts/reconciliation";
import { providerById } from "@/domain/providers/registry";
import { database } from "@/lib/db/client";
import {
  providerChargesTable as charges,
  reconciliationSourcesTable as sources,
  usageEventsTable as usage,
  userAiApiKeysTable,
} from "@/lib/db/schema";
import { operatorKeyLast4 } from "@/lib/provider-variables";
import { correctedCost } from "./corrected-cost";
import { ADMIN, PLATFORM, SELF_REPORTING, settlingDays } from "./source";
import { daysAfter, startOf, utcDayOf } from "./utc-day";

const PROVIDERS: readonly ProviderId[] = [...ADMIN_KEY_PROVIDERS, SELF_REPORTING];

/** Told above this share of what was charged, and above this amount. */
const NOTABLE_SHARE = 0.05;
const NOTABLE_MICRO_USD = 1_000_000;

/** Days, both included. */
interface Days {
  from: string;
  to: string;
}

/** A row, and what it is matched by: the last four characters of a key, or its `key_ref`. */
export interface ComparedRow {
  ref: string;
  row: ReconciliationRow;
}

/** What was counted for an owner's keys beside what their providers charged, newest day first. */
export async function compareCharges(owner: Owner, days: Days): Promise<ComparedRow[]> {
  const [ours, theirs, asked, saved] = await Promise.all([
    readOurs(owner, days),
    readTheirs(owner, days),
    readSources(owner),
    savedKeys(owner),
  ]);
  const today = utcDayOf(new Date());
  // A key that was charged for, and not used here at all, is what one wants to hear of.
  const known = new Map([...ours, ...saved].map((key) => [keyOf(key), key.label]));
  const places = new Map<string, { provider: ProviderId; ref: string; day: string }>();
  for (const place of [...ours, ...theirs]) {
    // What the organization paid for keys that are not used here is no gap.
    if (known.has(keyOf(place))) places.set(`${keyOf(place)} ${place.day}`, place);
  }
  const ourAt = new Map(ours.map((our) => [`${keyOf(our)} ${our.day}`, our]));
  const theirAt = new Map(theirs.map((their) => [`${keyOf(their)} ${their.day}`, their]));
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
            day,
            provider,
            providerName: providerById(provider).facts.name,
            keyLabel: known.get(keyOf({ provider, ref })) ?? "",
            last4: provider === SELF_REPORTING ? null : ref === "" ? null : ref,
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
    readOurs(owner, days),
    readTheirs(owner, days),
    savedKeys(owner),
  ]);
  const known = new Set([...ours, ...saved].map(keyOf));
  const sums = new Map<ProviderId, number>();
  for (const their of theirs) {
    if (known.has(keyOf(their)) || their.microUsd === 0) continue;
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

function keyOf({ provider, ref }: { provider: ProviderId; ref: string }): string {
  return `${provider} ${ref}`;
}

async function readOurs(owner: Owner, { from, to }: Days) {
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
        inArray(usage.provider, [...PROVIDERS]),
      ),
    )
    .groupBy(usage.provider, usage.keyId, usage.keyLast4, day);
  // A key that was replaced, or saved twice, is another row of ours and the same key of theirs.
  const merged = new Map<string, ReturnType<typeof ourRow>>();
  for (const row of rows.map((each) => ourRow(owner, each))) {
    const at = `${keyOf(row)} ${row.day}`;
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

function ourRow(
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
  const { keyId, last4, label, ...figures } = row;
  const isPlatforms = owner.kind === "installation";
  const ref =
    row.provider === SELF_REPORTING
      ? (keyId ?? PLATFORM)
      : (last4 ?? (isPlatforms ? operatorKeyLast4(row.provider) : null) ?? "");
  return { ...figures, ref, label: label || labelOf(owner, row.provider) };
}

function labelOf(owner: Owner, provider: ProviderId): string {
  const { name } = providerById(provider).facts;
  return owner.kind === "installation" ? `${name} platform key` : `${name} key`;
}

/** Keys that are here now, used or not. */
async function savedKeys(owner: Owner): Promise<{ provider: ProviderId; ref: string; label: string }[]> {
  if (owner.kind === "installation") {
    return PROVIDERS.flatMap((provider) => {
      const last4 = operatorKeyLast4(provider);
      const ref = provider === SELF_REPORTING ? PLATFORM : last4;
      return last4 === null || ref === null ? [] : [{ provider, ref, label: labelOf(owner, provider) }];
    });
  }
  const db = await database();
  const { id, userId, provider, last4, label } = userAiApiKeysTable;
  const rows = await db
    .select({ id, provider, last4, label })
    .from(userAiApiKeysTable)
    .where(and(eq(userId, owner.id), inArray(provider, [...PROVIDERS])));
  return rows.map((row) => ({
    provider: row.provider,
    ref: row.provider === SELF_REPORTING ? row.id : row.last4,
    label: row.label || labelOf(owner, row.provider),
  }));
}

async function readTheirs(owner: Owner, { from, to }: Days) {
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

/** Whom this server asks for an owner. */
export async function readSources(owner: Owner) {
  const db = await database();
  return db
    .select()
    .from(sources)
    .where(and(eq(sources.ownerKind, owner.kind), eq(sources.ownerId, owner.id)))
    .orderBy(asc(sources.provider), asc(sources.keyRef));
}
