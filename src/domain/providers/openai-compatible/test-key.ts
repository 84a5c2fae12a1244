import { ProviderFailure } from "../failures/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryEmptyChat } from "../try-empty-chat";
import { listIfReadable } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";
import { listModels } from "./list-models";

const ANY_MODEL = "any";

/** Statuses of a server without `/models`. */
const MISSING = new Set([404, 405, 410, 501]);

/**
 * Many servers list their models without a key, so the list alone proves nothing; a chat without messages
 * does. A server without a list, or with one in a form of its own, is fine.
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  const listed = await listIfReadable(listModels(connection)).catch((error: unknown) => {
    if (error instanceof ProviderFailure && saysNothing(error)) return null;
    throw error;
  });
  await tryEmptyChat(connection, classifyRefusal, listed?.[0]?.id ?? ANY_MODEL);
}

/** A server may refuse the list for reasons of its own, and answer chats. */
function saysNothing({ code, status }: ProviderFailure): boolean {
  return MISSING.has(status ?? 0) || ABOUT_THE_LIST.has(code);
}

const ABOUT_THE_LIST = new Set<string>([
  "provider_error",
  "provider_rejected_request",
  "provider_model_unavailable",
]);
