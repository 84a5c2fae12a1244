import "server-only";
import { symmetricDecrypt } from "better-auth/crypto";
import { inArray } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { jwksTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { auth } from "./auth";

/**
 * Removes the signing keys of bearer tokens that were encrypted under another BETTER_AUTH_SECRET. Better Auth
 * always signs with the newest key and makes one only if there is none, so after a change of the secret it
 * could not issue tokens any more. Tokens signed by such a key end with it, on purpose: an attacker with the
 * old secret and the database could sign as well.
 *
 * Only at startup, never when signing fails: two servers with different secrets would keep removing each
 * other's keys.
 */
export async function removeUnreadableSigningKeys(): Promise<void> {
  const db = await database();
  const rows = await db.select({ id: jwksTable.id, privateKey: jwksTable.privateKey }).from(jwksTable);
  if (rows.length === 0) return;
  const { secretConfig } = await (await auth()).$context;
  const unreadable: string[] = [];
  for (const { id, privateKey } of rows) {
    // oxlint-disable-next-line no-await-in-loop -- there are one or two
    if (!(await opens(privateKey, secretConfig))) unreadable.push(id);
  }
  if (unreadable.length === 0) return;
  await db.delete(jwksTable).where(inArray(jwksTable.id, unreadable));
  logger.warn(
    { keys: unreadable },
    "signing keys of bearer tokens were made under another BETTER_AUTH_SECRET and are removed; a new one is made when it is needed",
  );
}

/** Stored as the JSON of the encrypted text (better-auth, plugins/jwt/utils). */
async function opens(
  privateKey: string,
  key: Parameters<typeof symmetricDecrypt>[0]["key"],
): Promise<boolean> {
  try {
    await symmetricDecrypt({ key, data: JSON.parse(privateKey) });
    return true;
  } catch {
    return false;
  }
}
