import { ProviderFailure } from "../failures/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryEmptyChat } from "../try-empty-chat";
import { listModels } from "./list-models";

const ANY_MODEL = "any";

/** Of a server without `/models`. */
const MISSING = new Set([404, 405, 501]);

/**
 * Many servers list their models to anybody, so the list alone says nothing of the key; a chat of no messages does. A server without a
 * list is fine.
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  const listed = await listModels(connection).catch((error: unknown) => {
    if (error instanceof ProviderFailure && MISSING.has(error.status ?? 0)) return [];
    throw error;
  });
  await tryEmptyChat(connection, listed[0]?.id ?? ANY_MODEL);
}
