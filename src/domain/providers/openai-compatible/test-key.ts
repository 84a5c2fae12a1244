import { ProviderFailure } from "../../key-health/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryEmptyChat } from "../try-empty-chat";
import { listModels } from "./list-models";

const ANY_MODEL = "any";

const MISSING = new Set([404, 405, 501]);

/**
 * Many servers list their models to anybody, so the list alone says nothing of the key; a chat of no messages does. A server without
 * `/models` is fine, one without both is not what its address promised.
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  const listed = await listModels(connection).catch((error: unknown) => {
    if (error instanceof ProviderFailure && MISSING.has(error.status ?? 0)) return null;
    throw error;
  });
  const answeredChat = await tryEmptyChat(connection, listed?.[0]?.id ?? ANY_MODEL);
  if (listed === null && answeredChat === "no_such_model") {
    throw new ProviderFailure("provider_bad_response", { status: 404 });
  }
}
