import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

/**
 * The fields that make a row grant something: whose it is, and by what. A MAC over them is stored in the row,
 * so that a person who can write to the database, but has no key, can neither make such a row, nor change
 * one, nor copy the MAC of one row into another. Everything else (names, times, addresses of browsers) is
 * free to change.
 */
export const SIGNED_FIELDS = {
  user: ["id", "email", "emailVerified", "isFirst"],
  account: [
    "id",
    "providerId",
    "accountId",
    "userId",
    "password",
    // Encrypted, but not bound to their row: in another one, the library would open them for its owner.
    "accessToken",
    "refreshToken",
    "idToken",
  ],
  session: ["id", "token", "userId"],
  verification: ["id", "identifier", "value"],
  jwks: ["id", "publicKey", "privateKey"],
} as const satisfies Record<string, readonly string[]>;

export type SignedTable = keyof typeof SIGNED_FIELDS;

/** What a row must hold to be signed or verified: at least the signed fields, by their names in the code. */
export type SignedRow<Table extends SignedTable = SignedTable> = Partial<
  Record<(typeof SIGNED_FIELDS)[Table][number], unknown>
>;

export function isSignedTable(name: string): name is SignedTable {
  return Object.hasOwn(SIGNED_FIELDS, name);
}

/** The MAC of a row, which its column `mac` holds. */
export function rowMac<Table extends SignedTable>(
  key: KeyObject,
  table: Table,
  row: SignedRow<Table>,
): string {
  const fields: readonly string[] = SIGNED_FIELDS[table];
  const values = fields.map((field) => (row as Record<string, unknown>)[field] ?? null);
  // JSON keeps the fields apart: no two lists of texts, booleans and nulls are written alike.
  const message = JSON.stringify([table, ...values]);
  return createHmac("sha256", key).update(message, "utf8").digest("base64url");
}

export function rowMacHolds<Table extends SignedTable>(
  key: KeyObject,
  table: Table,
  row: SignedRow<Table> & { mac?: unknown },
): boolean {
  if (typeof row.mac !== "string") return false;
  const [one, other] = [Buffer.from(row.mac, "utf8"), Buffer.from(rowMac(key, table, row), "utf8")];
  return one.length === other.length && timingSafeEqual(one, other);
}
