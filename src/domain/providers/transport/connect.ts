import "server-only";
import { environment } from "@/lib/env.server";
import type { Secret } from "@/lib/secret";
import type { ProviderAdapter, ProviderConnection } from "../provider-adapter";
import { endpointFetch } from "./endpoint-address";
import { createKeyedFetch } from "./keyed-fetch";
import { providerAddress } from "./provider-address";

/** How long a request may take. A short one is no message: it lists models, or tests a key. */
export type RequestKind = "message" | "short";

const SHORT_REQUEST_MS = 15_000;
const SHORT_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * The way to a provider with one key: to the provider's own address, or through the guard to an endpoint of the person's own.
 *
 * @param baseUrl of an endpoint of one's own; null for the provider's address
 * @param openKey opens the key when a request leaves
 * @throws AppError `endpoint_refused` if the operator does not allow this address any more
 */
export function connect(
  adapter: ProviderAdapter,
  baseUrl: string | null,
  openKey: () => Promise<Secret>,
  kind: RequestKind,
): ProviderConnection {
  const address = baseUrl ?? providerAddress(adapter);
  const patience = environment().PROVIDER_TIMEOUT_SECONDS * 1000;
  const timeoutMs = kind === "short" ? Math.min(patience, SHORT_REQUEST_MS) : patience;
  const pace = { headersMs: timeoutMs, idleMs: timeoutMs };
  const limits =
    kind === "short" ? { ...pace, totalMs: 2 * timeoutMs, maxBodyBytes: SHORT_ANSWER_BYTES } : pace;
  return {
    baseUrl: address,
    fetch: createKeyedFetch({
      baseUrl: address,
      keyHeader: adapter.keyHeaderAt?.(address) ?? adapter.keyHeader,
      openKey,
      timeoutMs,
      classifyRefusal: adapter.classifyRefusal,
      ...(baseUrl === null ? {} : { fetch: endpointFetch(baseUrl, limits) }),
    }),
  };
}
