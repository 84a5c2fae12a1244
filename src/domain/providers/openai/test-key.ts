import { ProviderFailure } from "../failures/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryEmptyChat } from "../try-empty-chat";
import { tryShortMessage } from "../try-short-message";
import { listIfReadable } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";
import { listModels } from "./list-models";

/**
 * Available in every project unless its owner disabled it, which OpenAI reports with a different code than a
 * bad key.
 */
const SMALL_MODEL = "gpt-4o-mini";

/**
 * Listing models is free. A restricted key may lack that permission and still be valid for chats, so then the
 * test tries a chat: https://help.openai.com/en/articles/8867743-assign-api-key-permissions
 * Both are answered without credit, so a message of one token follows.
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  let isReadable = true;
  try {
    isReadable = (await listIfReadable(listModels(connection))) !== null;
  } catch (error) {
    if (!(error instanceof ProviderFailure && error.code === "provider_key_forbidden")) throw error;
    await tryEmptyChat(connection, classifyRefusal, SMALL_MODEL);
  }
  await tryShortMessage(connection, classifyRefusal, {
    path: "chat/completions",
    body: { model: SMALL_MODEL, messages: [{ role: "user", content: "Hi" }], max_completion_tokens: 1 },
    mustAnswer: !isReadable,
  });
}
