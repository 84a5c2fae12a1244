import type { ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { listIfReadable } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";
import { listModels } from "./list-models";

const SMALL_MODEL = "mistral-small-2603";

/** Listing is free and requires a key, but no credit. */
export async function testKey(connection: ProviderConnection): Promise<void> {
  const listed = await listIfReadable(listModels(connection));
  await tryShortMessage(connection, classifyRefusal, {
    path: "chat/completions",
    body: { model: SMALL_MODEL, messages: [{ role: "user", content: "Hi" }], max_tokens: 1 },
    mustAnswer: listed === null,
  });
}
