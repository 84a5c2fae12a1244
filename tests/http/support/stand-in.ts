import { inject } from "vitest";
import { controlStandIn } from "../../../demo/stand-in/control-client";
import type { ProviderId } from "../../../demo/stand-in/dialects/dialect";
import type { KeyBehaviour } from "../../../demo/stand-in/key-behaviours";
import type { JournalEntry } from "../../../demo/stand-in/request-journal";
import { newProviderKey } from "../../support/new-provider-key";

export const standIn = controlStandIn(inject("standInUrl"));

/**
 * A unique provider key with the length of a real one; the stand-in accepts it, or applies the given
 * behaviour.
 */
export async function newKey(behaviour?: KeyBehaviour, provider: ProviderId = "anthropic"): Promise<string> {
  const key = newProviderKey(provider);
  await standIn.setKey(key, behaviour);
  return key;
}

/**
 * Requests that arrived with this key, or with this text as the person's last words. The journal is shared by
 * all test files: each test uses its own key or text.
 */
export async function arrivedUpstream(filter: { key: string } | { text: string }): Promise<JournalEntry[]> {
  return (await standIn.journal(filter)).entries;
}
