/** To whom a key, a limit, usage or a notification belongs: exactly one. */
export const OWNER_KINDS = ["person", "installation"] as const;
export type OwnerKind = (typeof OWNER_KINDS)[number];

export interface Owner {
  readonly kind: OwnerKind;
  /** A person's id. */
  readonly id: string;
}

/** There is one installation. Its operators act for it. */
export const INSTALLATION: Owner = { kind: "installation", id: "installation" };

export function personAsOwner(userId: string): Owner {
  return { kind: "person", id: userId };
}
