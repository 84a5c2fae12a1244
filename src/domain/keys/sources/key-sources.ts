import "server-only";
import type { Payer } from "@/contracts/payer";
import type { KeySource, PayingKey, PersonalKeySource } from "./key-source";
import { platformKeys } from "./platform/platform-keys";
import { isSessionKeyId } from "./session/session-key-store";
import { sessionKeys } from "./session/session-keys";
import { storedKeys } from "./stored/stored-keys";

export const PERSONAL_KEY_SOURCES: readonly PersonalKeySource[] = [storedKeys, sessionKeys];

/** The source of a personal key. Its id tells, even if the key is gone. */
export function personalKeySource(keyId: string | undefined): PersonalKeySource {
  return keyId !== undefined && isSessionKeyId(keyId) ? sessionKeys : storedKeys;
}

/** The key source a selection names. A selection never falls back to another source. */
export function keySourceFor({ payer, keyId }: { payer: Payer; keyId?: string | undefined }): KeySource {
  return payer === "platform" ? platformKeys : personalKeySource(keyId);
}

/** The source a key was found in. */
export function keySourceOf({ source }: PayingKey): KeySource {
  switch (source) {
    case "platform":
      return platformKeys;
    case "stored":
      return storedKeys;
    case "session":
      return sessionKeys;
  }
}
