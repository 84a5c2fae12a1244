import "server-only";
import { environment } from "@/lib/env.server";
import type { Secret } from "@/lib/secret";
import { endpointFetch } from "../providers/endpoint-address";
import type { ProviderAdapter, ProviderConnection } from "../providers/provider-adapter";
import { providerAddress } from "../providers/provider-address";
import { createKeyedFetch } from "./keyed-fetch";

/**
 * The way to a provider with one key: to the provider's own address, or through the guard to an endpoint of the person's own.
 *
 * @param baseUrl of an endpoint of one's own; null for the provider's address
 * @param openKey opens the key when a request leaves
 */
export function connect(
  adapter: ProviderAdapter,
  baseUrl: string | null,
  openKey: () => Promise<Secret>,
  timeoutMs = environment().PROVIDER_TIMEOUT_SECONDS * 1000,
): ProviderConnection {
  const address = baseUrl ?? providerAddress(adapter);
  return {
    baseUrl: address,
    fetch: createKeyedFetch({
      baseUrl: address,
      keyHeader: adapter.keyHeader,
      openKey,
      timeoutMs,
      classifyRefusal: adapter.classifyRefusal,
      ...(baseUrl === null ? {} : { fetch: endpointFetch(baseUrl) }),
    }),
  };
}
