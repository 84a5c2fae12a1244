import "server-only";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ProviderAdapter, ProviderConnection } from "@/domain/providers/provider-adapter";
import { addressCandidates } from "@/domain/providers/transport/address-candidates";
import { connect } from "@/domain/providers/transport/connect";
import { KEY_WAS_ACCEPTED } from "@/domain/providers/try-empty-chat";
import { AppError } from "@/lib/app-error";
import type { Secret } from "@/lib/secret";

/** What only an API answers, whatever it thinks of the key. */
const ANSWERS_AS_API: ReadonlySet<string> = new Set([
  ...KEY_WAS_ACCEPTED,
  "provider_key_invalid",
  "provider_key_forbidden",
  "provider_credit_exhausted",
  "provider_rate_limited",
]);

/**
 * The address that a person meant who typed one without an API: the first that answers as one among the
 * obvious candidates at the same origin, asked through the same guard.
 *
 * @param address without an API
 * @param signal ends the search
 * @param ask sends what an API answers
 * @returns null if none answers as an API
 */
export async function proposeAddress(
  adapter: ProviderAdapter,
  address: string,
  openKey: () => Promise<Secret>,
  signal: AbortSignal,
  ask: (connection: ProviderConnection) => Promise<unknown> = (connection) => adapter.testKey(connection),
): Promise<string | null> {
  for (const candidate of addressCandidates(address)) {
    if (signal.aborted) return null;
    const { baseUrl, fetch } = connect(adapter, candidate, openKey, "short");
    const withSignal: typeof fetch = (input, init) => fetch(input, { ...init, signal });
    if (await isApi(ask, { baseUrl, fetch: withSignal }, signal)) return candidate;
  }
  return null;
}

async function isApi(
  ask: (connection: ProviderConnection) => Promise<unknown>,
  connection: ProviderConnection,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await ask(connection);
    return true;
  } catch (error) {
    if (error instanceof ProviderFailure) return ANSWERS_AS_API.has(error.code);
    if (error instanceof AppError || signal.aborted) return false;
    throw error;
  }
}
