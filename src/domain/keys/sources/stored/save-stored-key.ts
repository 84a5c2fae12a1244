import "server-only";
import { eq } from "drizzle-orm";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { providerById } from "@/domain/providers/registry";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { AppError } from "@/lib/app-error";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { KeyTested } from "../../health/key-tested";
import { countKeySave } from "../../key-limits";
import { beginsAnew } from "./begins-anew";
import { deletePreviousRow } from "./delete-previous-secret";
import { defaultAmong, holdKeys, previousAmong } from "./hold-keys";
import { insertStoredKey } from "./insert-stored-key";
import { sealProviderKey } from "./seal-provider-key";

/**
 * Seals a provider key for `actor` as the first of that provider, or in place of the default one, whose
 * previous secret is deleted at once.
 *
 * @param apiKey trimmed and checked by `pastedApiKeySchema`; sealed here and not kept
 * @param tested result of a test made just before
 * @returns the key's id
 * @throws AppError `unknown_provider`, `invalid_request` for a provider whose keys need an address,
 *   `rate_limited`, `limit_reached`, `key_store_unavailable`
 */
export async function saveStoredKey(
  actor: Actor,
  { provider, apiKey, tested = null }: { provider: ProviderId; apiKey: string; tested?: KeyTested | null },
): Promise<string> {
  if (providerById(provider).facts.needsAddress) {
    throw new AppError("invalid_request", "Enter the address of the endpoint together with its key.");
  }
  await countKeySave(actor);
  const owner = { ownerKind: "user", ownerId: actor.userId } as const;
  return sealInTransaction(owner, 1, async (tx, dataKey) => {
    const sealed = sealProviderKey(actor, { provider, baseUrl: null, apiKey }, dataKey, tested);
    const held = await holdKeys(tx, actor);
    const current = defaultAmong(held, provider);
    if (current) {
      const previous = previousAmong(held, current.id);
      if (previous) await deletePreviousRow(tx, actor, previous);
      await tx
        .update(userAiApiKeysTable)
        .set({ ...sealed, ...beginsAnew(current), disabledAt: null, updatedAt: new Date() })
        .where(eq(userAiApiKeysTable.id, current.id));
      await recordAuditEvent(tx, actor, "ai_key.replaced", current.id, { provider, dataKey: dataKey.id });
      return current.id;
    }
    return insertStoredKey(tx, actor, { provider, label: "", isDefault: true, ...sealed }, dataKey.id);
  });
}
