import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import { RECONCILIATION_MAX_DAYS } from "@/contracts/limits";
import type { Owner } from "@/contracts/owner";
import type {
  AdminKeySummary,
  ReconciliationQuery,
  ReconciliationResponse,
  ReconciliationSource,
} from "@/contracts/reconciliation";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { adminKeysTable } from "@/lib/db/schema";
import { chargesOfOtherKeys, compareCharges } from "./compare-charges";
import { failureSentence } from "./failure-sentence";
import { labelOf } from "./key-reference";
import { readSources } from "./read-sources";
import { savedKeys } from "./saved-keys";
import { ADMIN, isAdminKeyProvider, ownerOf, REPORTED_DAYS, SELF_REPORTING, type SourceRow } from "./source";
import { daysAfter, utcDayOf } from "./utc-day";

/** Whole figures of years are no question of this page. */
const EARLIEST = "2020-01-01";

/**
 * What an owner's providers charged beside what was counted here, by key and UTC day; of the last 31 days
 * without a range.
 *
 * @throws AppError `invalid_request` for a range that cannot be
 */
export async function readReconciliation(
  owner: Owner,
  query: ReconciliationQuery,
): Promise<ReconciliationResponse> {
  const days = rangeOf(query);
  const [rows, otherKeys, sources, adminKeys] = await Promise.all([
    compareCharges(owner, days),
    chargesOfOtherKeys(owner, days),
    readSources(owner),
    adminKeysOf(owner),
  ]);
  const keys = await namesOf(owner);
  return {
    ...days,
    rows: rows.map(({ row }) => row),
    otherKeys,
    adminKeys,
    sources: sources.map((source) => describe(source, adminKeys, keys)),
  };
}

function rangeOf({ from, to }: ReconciliationQuery): { from: string; to: string } {
  const last = to ?? (from === undefined ? utcDayOf(new Date()) : daysAfter(from, REPORTED_DAYS - 1));
  const first = from ?? daysAfter(last, -(REPORTED_DAYS - 1));
  const isSensible =
    first >= EARLIEST && last <= "2100-01-01" && daysAfter(first, RECONCILIATION_MAX_DAYS) > last;
  if (!isSensible || first > last) {
    throw new AppError("invalid_request", "There is nothing to compare in these days. Choose others.");
  }
  return { from: first, to: last };
}

function describe(
  source: SourceRow,
  adminKeys: readonly AdminKeySummary[],
  keys: KeyNames,
): ReconciliationSource {
  const { provider, keyRef, failure, failedAt } = source;
  const { name } = providerById(provider).facts;
  const isAdmin = keyRef === ADMIN;
  const key = keys.get(keyRef);
  return {
    id: source.id,
    provider,
    providerName: name,
    kind: isAdmin ? "admin_key" : "key",
    label: isAdmin ? "" : key?.label || labelOf(ownerOf(source), provider),
    last4: (isAdmin ? adminKeys.find((each) => each.provider === provider)?.last4 : key?.last4) ?? null,
    fetchedAt: source.fetchedAt?.toISOString() ?? null,
    nextAt: source.nextAt.toISOString(),
    failure:
      failure === null
        ? null
        : {
            sentence: failureSentence(failure, provider),
            at: (failedAt ?? source.nextAt).toISOString(),
          },
    remainingMicroUsd: isAdmin ? null : (source.keys[0]?.remainingMicroUsd ?? null),
  };
}

async function adminKeysOf(owner: Owner): Promise<AdminKeySummary[]> {
  const db = await database();
  const { id, provider, last4, updatedAt, unreadableSince, ownerKind, ownerId } = adminKeysTable;
  const rows = await db
    .select({ id, provider, last4, updatedAt, isReadable: sql<boolean>`${unreadableSince} is null` })
    .from(adminKeysTable)
    .where(and(eq(ownerKind, owner.kind), eq(ownerId, owner.id)))
    .orderBy(asc(provider));
  return rows.flatMap((row) =>
    isAdminKeyProvider(row.provider)
      ? [{ ...row, provider: row.provider, updatedAt: row.updatedAt.toISOString() }]
      : [],
  );
}

type KeyNames = ReadonlyMap<string, { label: string; last4: string | null }>;

/** Of the keys that may ask about themselves, by `key_ref`. */
async function namesOf(owner: Owner): Promise<KeyNames> {
  const keys = await savedKeys(owner);
  return new Map(keys.flatMap((key) => (key.provider === SELF_REPORTING ? [[key.ref, key] as const] : [])));
}
