import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { countKeySave } from "../../key-limits";
import type { KeyToAdd } from "../key-source";
import { defaultAmong, holdKeys } from "./hold-keys";
import { insertStoredKey } from "./insert-stored-key";
import { sealProviderKey } from "./seal-provider-key";

/**
 * Seals an additional provider key for `actor`. The first usable key of a provider becomes its default.
 *
 * @param origin "connected" if the provider issued it through a connection; recorded in the audit trail
 * @returns the key's id
 * @throws AppError `unknown_provider`, `endpoint_refused`, `rate_limited`, `limit_reached`,
 *   `key_store_unavailable`
 */
export async function addStoredKey(
  actor: Actor,
  { provider, apiKey, label, baseUrl, tested = null }: KeyToAdd,
  origin: "pasted" | "connected" = "pasted",
): Promise<string> {
  const address = endpointAddressOf(provider, baseUrl);
  await countKeySave(actor);
  const owner = { ownerKind: "user", ownerId: actor.userId } as const;
  return sealInTransaction(owner, 1, async (tx, dataKey) => {
    const isDefault = defaultAmong(await holdKeys(tx, actor), provider) === undefined;
    const sealed = sealProviderKey(actor, { provider, baseUrl: address, apiKey }, dataKey, tested);
    const id = await insertStoredKey(tx, actor, { provider, label, isDefault, ...sealed }, dataKey.id);
    if (origin === "connected") await recordAuditEvent(tx, actor, "ai_key.connected", id, { provider });
    return id;
  });
}
