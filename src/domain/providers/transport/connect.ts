import "server-only";
import { environment } from "@/lib/env.server";
import type { Secret } from "@/lib/secret";
import type { ProviderAdapter, ProviderConnection } from "../provider-adapter";
import { endpointFetch } from "./endpoint-address";
import { KeyEcho } from "./key-echo";
import { createKeyedFetch } from "./keyed-fetch";
import { providerAddress } from "./provider-address";
import { providerFetch } from "./provider-fetch";

/** How long a request may take. A short one lists models or tests a key. */
export type RequestKind = "message" | "short";

const SHORT_REQUEST_MS = 15_000;
const SHORT_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * Connects to a provider with one key: to the provider's own address, or through the guard to a custom
 * endpoint.
 *
 * @param baseUrl of a custom endpoint; null for the provider's address
 * @param openKey opens the key when a request is sent
 * @returns with it `echo`, which recognizes the key in what the provider answers
 * @throws AppError `endpoint_refused` if the operator no longer allows this address
 */
export function connect(
  adapter: ProviderAdapter,
  baseUrl: string | null,
  openKey: () => Promise<Secret>,
  kind: RequestKind,
): ProviderConnection & { echo: KeyEcho } {
  const address = baseUrl ?? providerAddress(adapter);
  const providerTimeoutMs = environment().PROVIDER_TIMEOUT_SECONDS * 1000;
  const timeoutMs = kind === "short" ? Math.min(providerTimeoutMs, SHORT_REQUEST_MS) : providerTimeoutMs;
  const timeouts = { headersMs: timeoutMs, idleMs: timeoutMs };
  const limits =
    kind === "short" ? { ...timeouts, totalMs: 2 * timeoutMs, maxBodyBytes: SHORT_ANSWER_BYTES } : timeouts;
  const echo = new KeyEcho();
  return {
    echo,
    baseUrl: address,
    fetch: createKeyedFetch({
      baseUrl: address,
      keyHeader: adapter.keyHeaderAt?.(address) ?? adapter.keyHeader,
      openKey,
      echo,
      timeoutMs,
      classifyRefusal: adapter.classifyRefusal,
      fetch: baseUrl === null ? providerFetch : endpointFetch(baseUrl, limits),
    }),
  };
}
