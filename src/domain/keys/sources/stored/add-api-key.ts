import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import type { KeyTested } from "../../health/key-tested";
import { countKeySave } from "../../key-limits";
import { defaultAmong, holdKeys } from "./hold-keys";
import { insertApiKey } from "./insert-api-key";
import { sealApiKey } from "./seal-api-key";

export interface KeyToAdd {
  provider: ProviderId;
  /** Trimmed and checked by `pastedApiKeySchema`; it is sealed here and not kept. */
  apiKey: string;
  /** Empty: called after its provider. */
  label: string;
  /** Address of an endpoint of one's own, as typed. */
  baseUrl?: string | undefined;
  /** What a test of it found just before. */
  tested?: KeyTested | null;
}

/**
 * Seals a further provider key for `actor`. The first usable one of a provider becomes its default.
 *
 * @param origin "connected" if a provider handed it over: that is recorded too
 * @returns the key's id
 * @throws AppError `unknown_provider`, `endpoint_refused`, `rate_limited`, `limit_reached`, `key_store_unavailable`
 */
export async function addApiKey(
  actor: Actor,
  { provider, apiKey, label, baseUrl, tested = null }: KeyToAdd,
  origin: "pasted" | "connected" = "pasted",
): Promise<string> {
  const address = endpointAddressOf(provider, baseUrl);
  await countKeySave(actor);
  const owner = { ownerKind: "user", ownerId: actor.userId } as const;
  return sealInTransaction(owner, 1, async (tx, dataKey) => {
    const isDefault = defaultAmong(await holdKeys(tx, actor), provider) === undefined;
    const sealed = sealApiKey(actor, { provider, baseUrl: address, apiKey }, dataKey, tested);
    const id = await insertApiKey(tx, actor, { provider, label, isDefault, ...sealed }, dataKey.id);
    if (origin === "connected") await recordAuditEvent(tx, actor, "ai_key.connected", id, { provider });
    return id;
  });
}
