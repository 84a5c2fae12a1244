import type { Actor, SystemActor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";

/**
 * Why a sealed value is opened. `chat`: one request to a provider for the person's message. `test`,
 * `list_models`: one request to find out whether a provider accepts the key, and which models it may use.
 * `reconcile`: one request for what the provider charged.
 * `recheck`: at startup, to see whether a value marked as unreadable opens again. `rotate`: to reseal it.
 * `verify`: to prove that it opens. `deliver`: to sign one request of a webhook.
 */
type Purpose = "chat" | "test" | "list_models" | "reconcile" | "recheck" | "rotate" | "verify" | "deliver";

/** Who opens a value, and why. */
export interface Access {
  actor: Actor | SystemActor;
  purpose: Purpose;
  /** For which project, for the record. */
  projectId?: string | undefined;
}

/**
 * Which purposes may open the values of a column, and for whom: the owner in person, or the server itself.
 */
export type AccessPolicy = Partial<Record<Purpose, "owner" | "system">>;

/** The policy does not allow this opening. A bug of ours or an attack, never an ordinary user action. */
export class VaultAccessDenied extends AppError {
  override name = "VaultAccessDenied";

  constructor() {
    super("vault_access_denied", "This value may not be opened for that. Nothing was opened.");
  }
}

/**
 * @param owner id of the value's owner
 * @returns whether the policy allows it
 */
export function isAllowed(policy: AccessPolicy, owner: string, { actor, purpose }: Access): boolean {
  const allowed = Object.hasOwn(policy, purpose) ? policy[purpose] : undefined;
  if (allowed === "system") return "system" in actor;
  return allowed === "owner" && "userId" in actor && actor.userId === owner;
}
