import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { providerAddress } from "@/domain/providers/transport/provider-address";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import { addStoredKey } from "../sources/stored/add-stored-key";
import { endAttempt, verifierOf } from "./connection-attempts";
import { ConnectionFailed } from "./connection-failed";
import { exchangeFetch } from "./exchange-fetch";
import { connectable } from "./start-connection";

/** Far longer than what providers send. */
const MAX_PARAMETER_CHARACTERS = 512;

/**
 * Completes a connection when the provider's page sends the person back: exchanges the code for a key and
 * seals it. The key is not returned.
 *
 * @param answer `state` and `code` from the URL, unvalidated
 * @returns the id of the saved key
 * @throws AppError `unknown_provider`, `not_found` if its accounts cannot be connected
 * @throws ConnectionFailed for everything else; nothing was saved
 */
export async function finishConnection(
  actor: Actor,
  provider: ProviderId,
  answer: { state: string | null; code: string | null },
): Promise<string> {
  const { adapter, accounts } = connectable(provider);
  const [state, code] = [bounded(answer.state), bounded(answer.code)];
  const outcome = state === null ? "unknown" : await endAttempt(provider, actor.sessionId ?? "", state);
  if (outcome === "other_session") throw new ConnectionFailed("other_session");
  if (outcome !== "valid" || state === null) throw new ConnectionFailed("expired");
  if (code === null) throw new ConnectionFailed("denied");
  try {
    const apiKey = await accounts.exchangeCode({
      baseUrl: providerAddress(adapter),
      code,
      codeVerifier: verifierOf(provider, state),
      fetch: exchangeFetch(adapter.classifyRefusal),
    });
    const label = `${adapter.facts.name} (connected)`;
    return await addStoredKey(actor, { provider, apiKey, label }, "connected");
  } catch (error) {
    throw new ConnectionFailed(problemOf(error), { cause: error });
  }
}

function bounded(parameter: string | null): string | null {
  return parameter && parameter.length <= MAX_PARAMETER_CHARACTERS ? parameter : null;
}

function problemOf(error: unknown): ConnectionFailed["code"] {
  if (error instanceof AppError) return "not_saved";
  if (!(error instanceof ProviderFailure)) {
    logger.error({ err: error }, "connecting an account failed unexpectedly");
    return "not_saved";
  }
  return error.status !== undefined && error.status >= 400 && error.status < 500 && error.status !== 429
    ? "exchange_refused"
    : "provider_unreachable";
}
