import { ProviderFailure } from "../failures/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryEmptyChat } from "../try-empty-chat";
import { listModels } from "./list-models";

/** In every project unless its owner took it out, which OpenAI says with another code than a bad key's. */
const SMALL_MODEL = "gpt-4o-mini";

/**
 * Listing models costs nothing. A restricted key may not be allowed to and still be good for chats; it is asked about those then:
 * https://help.openai.com/en/articles/8867743-assign-api-key-permissions
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  try {
    await listModels(connection);
  } catch (error) {
    if (!(error instanceof ProviderFailure && error.code === "provider_key_forbidden")) throw error;
    await tryEmptyChat(connection, SMALL_MODEL);
  }
}
