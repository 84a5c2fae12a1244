import "server-only";
import type { SealContext } from "@/lib/encryption";
import type { Owner } from "../data-keys/stored-data-key";
import type { AccessPolicy } from "./access-policy";

/**
 * A column that holds sealed values. Everything that has to visit every sealed value (rotation, verification,
 * counting, checking whether a key is still needed) walks SEALED_COLUMNS, and nothing can be sealed without
 * naming an entry of it, so no table can be forgotten.
 */
export interface SealedColumn {
  /** SQL names. Constants of this file, so they are safe to interpolate into a query. */
  readonly table: string;
  readonly column: string;
  /**
   * Columns of the same table: who owns the row (unique together with `purpose`), and what the value is for.
   */
  readonly owner: string;
  readonly ownerType: "text" | "uuid";
  readonly purpose: string;
  readonly ownerKind: Owner["ownerKind"];
  /**
   * Where in a JSON document the sealed text is (RFC 6901); undefined if the column holds the sealed text
   * itself.
   */
  readonly path?: string;
  /** Maximum number of values of one owner: a page of a walk holds all values of each owner in it. */
  readonly maxPerOwner: number;
  readonly policy: AccessPolicy;
}

export const API_KEYS: SealedColumn = {
  table: "user_ai_api_keys",
  column: "api_key",
  owner: "user_id",
  ownerType: "text",
  purpose: "seal_purpose",
  ownerKind: "user",
  maxPerOwner: 100,
  policy: {
    chat: "owner",
    test: "owner",
    list_models: "owner",
    // OpenRouter tells a key itself what it was charged; it is asked at night.
    reconcile: "system",
    recheck: "system",
    rotate: "system",
    verify: "system",
  },
};

/**
 * The product does not read project secrets yet: they are kept for future tools, and can be replaced or
 * deleted.
 */
export const PROJECT_SECRETS: SealedColumn = {
  table: "project_secrets",
  column: "value",
  owner: "project_id",
  ownerType: "uuid",
  purpose: "name",
  ownerKind: "project",
  path: "/text",
  maxPerOwner: 100,
  policy: { recheck: "system", rotate: "system", verify: "system" },
};

/**
 * What a webhook's requests are signed with. Each owner of webhooks, a person or the installation, has a data
 * key of its own, which is the system's: only the server signs, also while nobody is there.
 */
export const WEBHOOK_SECRETS: SealedColumn = {
  table: "webhooks",
  column: "secret",
  owner: "seal_owner",
  ownerType: "text",
  purpose: "id",
  ownerKind: "system",
  maxPerOwner: 20,
  policy: { deliver: "system", recheck: "system", rotate: "system", verify: "system" },
};

/**
 * Keys of an organization at a provider, which read what it charged. Nobody opens them in person, and for
 * nothing else: such a key may also make and delete keys there.
 */
export const ADMIN_KEYS: SealedColumn = {
  table: "admin_keys",
  column: "sealed_key",
  owner: "seal_owner",
  ownerType: "text",
  purpose: "seal_purpose",
  ownerKind: "reconcile",
  maxPerOwner: 10,
  policy: { reconcile: "system", recheck: "system", rotate: "system", verify: "system" },
};

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  API_KEYS,
  PROJECT_SECRETS,
  WEBHOOK_SECRETS,
  ADMIN_KEYS,
];

/**
 * Columns that are encrypted by Better Auth (XChaCha20-Poly1305), its own under BETTER_AUTH_SECRET. No
 * rotation walks them: the library has one secret, and nothing of its own has to survive a change of it.
 *
 * - jwks.private_key signs bearer tokens valid for fifteen minutes. After a change of the secret the next
 *   start removes these keys, and a new one is made (vault/authority/prepare-authority.ts).
 * - authority_key.under_secret and under_vault hold the key that signs accounts, under two keys derived for
 *   this; after a change of either, the other opens it (lib/auth/authority/key-envelope.ts).
 * - account.access_token and refresh_token come from GitHub or Google at a social sign-in. Nothing here reads
 *   them. After a change of the secret they stay unreadable until the person's next social sign-in writes new
 *   ones.
 *
 * account.id_token is not listed: the library stores it unencrypted.
 */
export const FOREIGN_ENCRYPTED_COLUMNS: readonly { readonly table: string; readonly column: string }[] = [
  { table: "authority_key", column: "under_secret" },
  { table: "authority_key", column: "under_vault" },
  { table: "jwks", column: "private_key" },
  { table: "account", column: "access_token" },
  { table: "account", column: "refresh_token" },
];

/** Binds a value to its table, column, owner and purpose: copied anywhere else, it does not open. */
export function contextOf(column: SealedColumn, owner: string, purpose: string): SealContext {
  return { table: column.table, column: column.column, owner, purpose };
}
