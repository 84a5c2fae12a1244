import "server-only";
import type { SaveAiKeyRequest } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { addressWrongSentence } from "@/domain/providers/failures/address-wrong";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ListedModel, ProviderAdapter, ProviderConnection } from "@/domain/providers/provider-adapter";
import { providerById } from "@/domain/providers/registry";
import { isWrittenOddly, withoutChatPath } from "@/domain/providers/transport/address-candidates";
import { connect } from "@/domain/providers/transport/connect";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { AppError } from "@/lib/app-error";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { Secret } from "@/lib/secret";
import { proposeAddress } from "./health/propose-address";
import { recordTest } from "./health/record-test";
import { readListedModels } from "./model-choices/read-listed-models";

/** A check sends requests to a third-party server. */
const ADDRESS_CHECKS: Limit = {
  name: "address-check",
  points: 30,
  seconds: 60,
  sentence: "You have saved endpoints very often in the last minute.",
};

/** A person waits for it, and an endpoint that does not answer now may be saved all the same. */
const WITHIN_MS = 3000;

/**
 * Looks whether an API answers at the address of a custom endpoint that is about to be saved. Refuses only an
 * address that has none while an obvious one at the same origin has: a server may be off at the moment.
 *
 * The key is not sent: an API answers that it asks for one. Only to an address that is written like a mistake
 * the key follows, since some servers ask for a key before they say that there is nothing.
 *
 * @returns its models, if it listed them without a key; else null, as for a provider with an address of
 *   its own
 * @throws AppError `endpoint_refused` with the address that was probably meant
 */
export async function checkAddress(
  actor: Actor,
  { provider, apiKey, baseUrl }: Pick<SaveAiKeyRequest, "provider" | "apiKey" | "baseUrl">,
): Promise<ListedModel[] | null> {
  const adapter = providerById(provider);
  const address = endpointAddressOf(provider, baseUrl);
  if (address === null || !(await mayBeAsked(actor))) return null;
  const signal = AbortSignal.timeout(WITHIN_MS);
  const without = await look(adapter, address, "", signal);
  if (without.models) return without.models;
  const mayFollow = apiKey !== "" && without.meant === null && isWrittenOddly(address);
  const { meant } =
    mayFollow && isRecorded(actor, provider) ? await look(adapter, address, apiKey, signal) : without;
  const proposedAddress = meant ?? withoutChatPath(address);
  if (proposedAddress === null) return null;
  throw new AppError("endpoint_refused", addressWrongSentence(proposedAddress), { proposedAddress });
}

/** What an address lists, or, if it has no API, the one that was probably meant. */
async function look(
  adapter: ProviderAdapter,
  address: string,
  apiKey: string,
  signal: AbortSignal,
): Promise<{ models: ListedModel[] | null; meant: string | null }> {
  const openKey = () => Promise.resolve(new Secret(apiKey));
  const { baseUrl, fetch, echo } = connect(adapter, address, openKey, "short");
  const withinTime: typeof fetch = (input, init) => fetch(input, { ...init, signal });
  const connection = { baseUrl, echo, fetch: withinTime };
  try {
    return { models: await readListedModels(adapter, connection), meant: null };
  } catch (error) {
    if (!isBadResponse(error)) return { models: null, meant: null };
    // A chat is asked for last, and only with a reason to doubt: many servers have no list, and some charge
    // or count every chat.
    const isOdd = isWrittenOddly(address);
    const ask = (at: ProviderConnection) => (isOdd ? adapter.testKey(at) : adapter.listModels(at));
    const propose = () => proposeAddress(adapter, address, openKey, signal, ask);
    if (isOdd)
      return { models: null, meant: (await answersChats(adapter, connection)) ? null : await propose() };
    const meant = await propose();
    return { models: null, meant: meant && (await answersChats(adapter, connection)) ? null : meant };
  }
}

/** As for every test of a key: without a record nothing is sent. */
function isRecorded(actor: Actor, provider: ProviderId): boolean {
  try {
    recordTest(actor, "pasted key", provider);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** Saving does not depend on it. */
async function mayBeAsked({ userId }: Actor): Promise<boolean> {
  try {
    await consumeLimit(ADDRESS_CHECKS, userId);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** A server may have no list and answer chats. */
async function answersChats(adapter: ProviderAdapter, connection: ProviderConnection): Promise<boolean> {
  try {
    await adapter.testKey(connection);
    return true;
  } catch (error) {
    return !isBadResponse(error);
  }
}

function isBadResponse(error: unknown): boolean {
  return error instanceof ProviderFailure && error.code === "provider_bad_response";
}
