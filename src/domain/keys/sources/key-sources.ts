import "server-only";
import type { Payer } from "@/contracts/payer";
import type { KeySource, PayingKey, PersonalKeySource } from "./key-source";
import { platformKeys } from "./platform/platform-keys";
import { isSessionKeyId } from "./session/session-key-store";
import { sessionKeys } from "./session/session-keys";
import { storedKeys } from "./stored/stored-keys";

export const PERSONAL_KEY_SOURCES: readonly PersonalKeySource[] = [storedKeys, sessionKeys];

/** Where a person's key comes from: its id tells, also when the key is gone. */
export function personalKeySource(keyId: string | undefined): PersonalKeySource {
  return keyId !== undefined && isSessionKeyId(keyId) ? sessionKeys : storedKeys;
}

/** Where the key of a choice comes from. No choice ever turns to another source than the one it names. */
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
