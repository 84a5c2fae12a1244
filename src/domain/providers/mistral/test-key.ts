import type { ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { listModels } from "./list-models";

const SMALL_MODEL = "mistral-small-2603";

/** Listing is free and requires a key, but no credit. */
export async function testKey(connection: ProviderConnection): Promise<void> {
  await listModels(connection);
  await tryShortMessage(connection, "chat/completions", {
    model: SMALL_MODEL,
    messages: [{ role: "user", content: "Hi" }],
    max_tokens: 1,
  });
}
