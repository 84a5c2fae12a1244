import "server-only";
import { openKeyToReconcile } from "@/domain/keys/open-key-to-reconcile";
import { openAdminKey } from "@/domain/keys/sources/admin/open-admin-key";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import { operatorKeyLast4 } from "@/lib/provider-variables";
import type { Secret } from "@/lib/secret";
import { ClaimLost, releaseSource } from "./claim-source";
import { correctCosts } from "./correct-costs";
import { ANTHROPIC_HEADERS, readAnthropicCosts } from "./reports/anthropic-costs";
import { readOpenAiCosts } from "./reports/openai-costs";
import { readOpenRouterKey } from "./reports/openrouter-key";
import { ReportClient } from "./reports/report-client";
import { ADMIN, isAdminKeyProvider, ownerOf, PLATFORM, REPORTED_DAYS, type SourceRow } from "./source";
import { storeKeyUsage, storeReport } from "./store-charges";
import { tellGaps } from "./tell-gaps";
import { daysAfter, startOf, utcDayOf } from "./utc-day";

/** Shorter than a claim, so that no two servers ask at once. */
const LONGEST_MS = 8 * 60_000;
/** While a person waits for it. */
const LONGEST_EAGER_MS = 90_000;
const RETRY_MS = 60 * 60_000;
/** Failures that last until somebody does something: asking every hour would only annoy the provider. */
const UNTIL_CHANGED: ReadonlySet<string> = new Set([
  "provider_key_invalid",
  "provider_key_forbidden",
  "provider_credit_exhausted",
  "personal_key_unreadable",
  "personal_key_disabled",
  "account_suspended",
]);
/** Providers are asked at different times of the night, some hours after the day has ended for them. */
const NIGHT_BEGINS_MS = 3 * 60 * 60_000;
const NIGHT_LASTS_MS = 2 * 60 * 60_000;

/**
 * Asks a claimed source's provider, stores what it says, and tells of gaps. Never throws: why it failed is
 * stored with the source, which is tried again.
 *
 * @param options.eager a person asked for it
 * @returns whether it succeeded
 */
export async function reconcileSource(source: SourceRow, { eager }: { eager: boolean }): Promise<boolean> {
  const { provider } = source;
  const signal = AbortSignal.timeout(eager ? LONGEST_EAGER_MS : LONGEST_MS);
  try {
    const learned = await (source.keyRef === ADMIN
      ? readOrganization(source, signal)
      : readKey(source, { signal, eager }));
    const tonight = nextNight();
    const { retryAt, ...outcome } = learned;
    await releaseSource(source, {
      ...outcome,
      nextAt: retryAt && retryAt < tonight ? retryAt : tonight,
      fetchedAt: new Date(),
      failure: null,
      failedAt: null,
    });
    // After the keys of the report are stored, by which its figures are matched.
    await tellGaps(ownerOf(source));
    return true;
  } catch (error) {
    // Whoever has it now asks anew.
    if (error instanceof ClaimLost) return false;
    const code =
      error instanceof ProviderFailure || error instanceof AppError ? error.code : "internal_error";
    logger.warn(
      { code, provider, source: source.id, ...(code === "internal_error" ? { err: error } : {}) },
      "what a provider charged could not be read; retrying later",
    );
    const wait = error instanceof ProviderFailure ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    await releaseSource(source, {
      nextAt: UNTIL_CHANGED.has(code)
        ? nextNight()
        : new Date(Date.now() + Math.max(RETRY_MS, Math.min(wait, 24 * RETRY_MS))),
      failure: code,
      failedAt: new Date(),
    });
    return false;
  }
}

type Learned = Partial<Pick<SourceRow, "coveredFrom" | "coveredTo" | "keys">> & { retryAt?: Date | null };

async function readOrganization(source: SourceRow, signal: AbortSignal): Promise<Learned> {
  const { provider } = source;
  if (!isAdminKeyProvider(provider)) throw new TypeError("no provider with admin keys");
  const owner = ownerOf(source);
  const to = utcDayOf(new Date());
  const range = { from: daysAfter(to, -REPORTED_DAYS), to };
  const client = reportClient(provider, () => openAdminKey(owner, provider), signal);
  const report = await (provider === "anthropic" ? readAnthropicCosts : readOpenAiCosts)(client, range);
  await storeReport(source, range, report);
  return { coveredFrom: range.from, coveredTo: range.to, keys: report.keys };
}

async function readKey(
  source: SourceRow,
  { signal, eager }: { signal: AbortSignal; eager: boolean },
): Promise<Learned> {
  const { provider, keyRef } = source;
  const owner = ownerOf(source);
  const keyId = keyRef === PLATFORM ? null : keyRef;
  const client = reportClient(provider, () => openKeyToReconcile(owner, provider, keyId), signal);
  const dayBefore = utcDayOf(new Date());
  const usage = await readOpenRouterKey(client);
  const day = utcDayOf(new Date());
  const last4 = keyId === null ? operatorKeyLast4(provider) : null;
  // Of an answer at midnight nobody knows which day it is about.
  if (day === dayBefore) await storeKeyUsage(source, { last4, day, usage });
  const retryAt = await correctCosts(client, source, { eager });
  const keys = [{ id: keyRef, name: "", last4: last4 ?? "", remainingMicroUsd: usage.remainingMicroUsd }];
  return { keys, retryAt };
}

/** @returns a client for a provider's reports; the key is opened for each request */
export function reportClient(
  provider: string,
  openKey: () => Promise<Secret>,
  signal: AbortSignal,
): ReportClient {
  const headers = provider === "anthropic" ? ANTHROPIC_HEADERS : {};
  return new ReportClient(providerById(provider), openKey, { signal, headers });
}

function nextNight(): Date {
  const begins = startOf(daysAfter(utcDayOf(new Date()), 1)).getTime() + NIGHT_BEGINS_MS;
  return new Date(begins + Math.random() * NIGHT_LASTS_MS);
}
