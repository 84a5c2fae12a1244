import { z } from "zod";
import { pastedApiKeySchema } from "./ai-keys";
import { RECONCILIATION_MAX_DAYS } from "./limits";
import type { ProviderId } from "./provider";

/* What providers say they charged, beside what was counted here. Days are UTC days, as providers report. */

/** Providers whose organization reports are read with an admin key. */
export const ADMIN_KEY_PROVIDERS = ["anthropic", "openai"] as const;
export type AdminKeyProvider = (typeof ADMIN_KEY_PROVIDERS)[number];

export const saveAdminKeyRequestSchema = z.strictObject({
  provider: z.enum(ADMIN_KEY_PROVIDERS, {
    error: "Admin keys are for anthropic and openai. OpenRouter needs none.",
  }),
  apiKey: pastedApiKeySchema,
});
export type SaveAdminKeyRequest = z.infer<typeof saveAdminKeyRequestSchema>;

const daySchema = z.iso.date("Give days as 2026-05-31.");
const DAY_MS = 86_400_000;

export const reconciliationQuerySchema = z
  .object({ from: daySchema.optional(), to: daySchema.optional() })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    message: "The first day is after the last one.",
  })
  .refine(
    ({ from, to }) =>
      from === undefined ||
      to === undefined ||
      (Date.parse(to) - Date.parse(from)) / DAY_MS < RECONCILIATION_MAX_DAYS,
    { message: `Ask for at most ${RECONCILIATION_MAX_DAYS} days.` },
  );
export type ReconciliationQuery = z.infer<typeof reconciliationQuerySchema>;

/** One key on one day. */
export interface ReconciliationRow {
  /** Tells the rows of a day apart. */
  id: string;
  day: string;
  provider: ProviderId;
  providerName: string;
  /** The key's name here, and its last four characters, where they are known. */
  keyLabel: string;
  last4: string | null;
  ours: {
    microUsd: number;
    requests: number;
    /** Requests whose cost is not known; `microUsd` is without them. */
    unpriced: number;
  };
  /** Null: the provider was not asked about this day, or does not list this key. */
  theirs: { microUsd: number; listMicroUsd: number | null } | null;
  /** Theirs less ours. */
  gapMicroUsd: number | null;
  /** Above 5 % and $1, and the day is over. */
  isNotable: boolean;
  /** Whether the provider's figure may still change in the usual course. */
  isFinal: boolean;
  /** Several keys of the organization end like this one, and are summed. */
  isAmbiguous: boolean;
}

/** Whom this server asks. */
export interface ReconciliationSource {
  id: string;
  provider: ProviderId;
  providerName: string;
  kind: "admin_key" | "key";
  /** The name of a key that asks about itself; empty for an admin key. */
  label: string;
  /** Null where it is not known. */
  last4: string | null;
  fetchedAt: string | null;
  nextAt: string;
  /** Why the last attempt failed; null if it did not. */
  failure: { sentence: string; at: string } | null;
  /** What the key may still spend, where its provider says so. */
  remainingMicroUsd: number | null;
}

export interface AdminKeySummary {
  id: string;
  provider: AdminKeyProvider;
  last4: string;
  /** False: the sealed value can no longer be opened, and the key has to be pasted again. */
  isReadable: boolean;
  updatedAt: string;
}

export interface ReconciliationResponse {
  from: string;
  to: string;
  /** Newest day first. */
  rows: ReconciliationRow[];
  sources: ReconciliationSource[];
  adminKeys: AdminKeySummary[];
  /** What organizations paid in these days for keys that nothing was counted of here. */
  otherKeys: { provider: ProviderId; providerName: string; microUsd: number }[];
}

export interface ReconciliationRunResponse {
  checked: number;
  failed: number;
  /** False: there are more than one click asks; the rest are asked within minutes. */
  isComplete: boolean;
}

export interface AdminKeySavedResponse {
  id: string;
}
