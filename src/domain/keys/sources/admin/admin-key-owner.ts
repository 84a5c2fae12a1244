import type { Owner } from "@/contracts/owner";
import type { Owner as DataKeyOwner } from "@/domain/vault/data-keys/stored-data-key";

/** Whose data key seals an owner's admin keys; as `seal_owner` in their rows. */
export function sealOwnerOf(owner: Owner): DataKeyOwner {
  return { ownerKind: "reconcile", ownerId: `${owner.kind}:${owner.id}` };
}
