import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { providerById } from "@/domain/providers/registry";
import { providerAddress } from "@/domain/providers/transport/provider-address";
import { AppError, notFound } from "@/lib/app-error";
import { environment } from "@/lib/env.server";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { beginAttempt, challengeOf, verifierOf } from "./connection-attempts";

/** Each start leaves a row for ten minutes. */
const CONNECTION_STARTS: Limit = {
  name: "ai-connection-start",
  points: 10,
  seconds: 60,
  sentence: "You have started to connect an account very often in the last minute.",
};

/**
 * Starts connecting an account of `actor` at a provider (OAuth 2.0 authorization code with PKCE).
 *
 * @returns the provider's page where the person grants access
 * @throws AppError `unknown_provider`, `not_found` if its accounts cannot be connected, `unauthorized`,
 *   `rate_limited`
 */
export async function startConnection(actor: Actor, provider: ProviderId): Promise<string> {
  const { adapter, accounts } = connectable(provider);
  if (!actor.sessionId) throw new AppError("unauthorized", "Sign in to connect an account.");
  await consumeLimit(CONNECTION_STARTS, actor.userId);
  const state = await beginAttempt(provider, actor.sessionId);
  return accounts.authorizeUrl({
    baseUrl: providerAddress(adapter),
    callbackUrl: callbackUrl(provider, state),
    codeChallenge: challengeOf(verifierOf(provider, state)),
  });
}

/** A provider whose accounts can be connected. @throws AppError `unknown_provider`, `not_found` */
export function connectable(provider: ProviderId) {
  const adapter = providerById(provider);
  if (!adapter.connection) throw notFound("connection");
  return { adapter, accounts: adapter.connection } satisfies { adapter: ProviderAdapter; accounts: unknown };
}

/** Uses the address the operator configured, never one from the request, because the code is sent there. */
function callbackUrl(provider: ProviderId, state: string): string {
  const url = new URL(`/api/v1/user/ai-connections/${provider}/callback`, environment().APP_URL);
  url.searchParams.set("state", state);
  return url.href;
}
