import "server-only";
import { requireStanding } from "@/domain/identity/authority";
import { modelAccessError } from "../../model-access-error";
import { pauseSentence } from "../../pause-sentence";
import type { PersonalKeySource } from "../key-source";
import { addStoredKey } from "./add-stored-key";
import { deleteStoredKey } from "./delete-stored-key";
import { findStoredKey } from "./find-stored-key";
import { listStoredKeys } from "./list-stored-keys";
import { noteStoredKeyHealth } from "./note-stored-key-health";
import { openStoredKey } from "./open-stored-key";

/** Keys sealed in the database. */
export const storedKeys: PersonalKeySource = {
  find: findStoredKey,
  missing: ({ provider, keyId }) =>
    modelAccessError(keyId === undefined ? "not_configured" : "key_gone", provider),
  async open(actor, { id, provider, baseUrl, last4: shown }, use, projectId) {
    const opened = await openStoredKey(actor, { provider, keyId: id }, use, projectId);
    if (opened.status === "not_configured") {
      // Deleting an account takes its keys along: then this is not about the key.
      await requireStanding(actor, projectId);
      throw modelAccessError("key_gone", provider);
    }
    if (opened.status === "paused") {
      throw modelAccessError("paused", provider, shown !== "", pauseSentence(opened.pause));
    }
    if (opened.status !== "ok") throw modelAccessError(opened.status, provider, shown !== "");
    // Replaced with another address since the request was prepared: the key belongs to the new address.
    if (opened.baseUrl !== baseUrl) throw modelAccessError("key_gone", provider);
    const { key, secretId, last4 } = opened;
    return { key, paidWith: { secretId, last4 } };
  },
  noteHealth: noteStoredKeyHealth,
  list: listStoredKeys,
  add: addStoredKey,
  delete: deleteStoredKey,
};
