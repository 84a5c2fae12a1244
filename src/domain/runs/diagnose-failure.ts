import type { ChatError } from "@/contracts/chat";
import { actionFields } from "@/contracts/error-body";
import type { KeyProvider } from "@/contracts/payer";
import { saysAddressIsWrong } from "@/domain/providers/failures/address-wrong";
import {
  ENDPOINT_ROWS,
  FAILURE_TABLE,
  type FailureRow,
  OF_KEY_OWNER,
} from "@/domain/providers/failures/failure-table";
import type { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ClassifyRefusal, ProviderAdapter } from "@/domain/providers/provider-adapter";

/** Whose key paid for a message, and at which provider. */
export interface Payer {
  keyProvider: KeyProvider;
  provider: ProviderAdapter["facts"];
  /** The key's label; null for the platform's. */
  keyLabel: string | null;
  /** A custom endpoint may be saved without one. */
  hasKey: boolean;
  classifyRefusal: ClassifyRefusal;
}

/** What went wrong at a provider: its row of the failure table, for this payer. */
export function diagnoseFailure(failure: ProviderFailure, payer: Payer): ChatError {
  const { name, billingUrl } = payer.provider;
  const isPlatform = payer.keyProvider === "platform";
  const row = rowOf(failure, payer.provider);
  const actions = row.actions.filter(
    (action) =>
      !(isPlatform && OF_KEY_OWNER.has(action)) && (action !== "open_billing" || billingUrl !== null),
  );
  const special = isPlatform ? row.ofPlatform : payer.hasKey ? undefined : row.ofKeyless;
  const sentence = special ?? row.sentence;
  return {
    code: failure.code,
    message: sentence({
      name,
      theKey: isPlatform ? "The platform key" : "Your key",
      label: payer.keyLabel ? ` “${payer.keyLabel}”` : "",
      requestId: failure.requestId ? ` (${name}'s request id: ${failure.requestId})` : "",
      wait: waitSentence(failure.retryAfterSeconds),
    }),
    action: null,
    ...actionFields(actions),
    ...(billingUrl !== null && actions.includes("open_billing") ? { billingUrl } : {}),
    // Without a retry action there is nothing to wait for.
    ...(failure.retryAfterSeconds !== undefined && actions.includes("retry")
      ? { retryAt: new Date(Date.now() + failure.retryAfterSeconds * 1000).toISOString() }
      : {}),
  };
}

/** Of a custom endpoint, what cannot be read may be the person's address. */
function rowOf(failure: ProviderFailure, { needsAddress }: Payer["provider"]): FailureRow {
  if (!needsAddress || failure.code !== "provider_bad_response") return FAILURE_TABLE[failure.code];
  const isWrong = saysAddressIsWrong(failure) && failure.status !== 200;
  return ENDPOINT_ROWS[isWrong ? "addressWrong" : "unreadable"];
}

function waitSentence(seconds: number | undefined): string {
  if (seconds === undefined) return "Wait a moment and try again.";
  if (seconds < 90) return `Try again in ${Math.max(1, Math.ceil(seconds))} seconds.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
