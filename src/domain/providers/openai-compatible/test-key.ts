import { ProviderFailure } from "../failures/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryEmptyChat } from "../try-empty-chat";
import { listModels } from "./list-models";

const ANY_MODEL = "any";

/** Statuses of a server without `/models`. */
const MISSING = new Set([404, 405, 501]);

/**
 * Many servers list their models without a key, so the list alone proves nothing; a chat without messages
 * does. A server without a list is fine.
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  const listed = await listModels(connection).catch((error: unknown) => {
    if (error instanceof ProviderFailure && MISSING.has(error.status ?? 0)) return [];
    throw error;
  });
  await tryEmptyChat(connection, listed[0]?.id ?? ANY_MODEL);
}
