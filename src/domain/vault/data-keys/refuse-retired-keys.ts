import "server-only";
import { eq } from "drizzle-orm";
import { type Database, database } from "@/lib/db/client";
import { retiredKeyEncryptionKeysTable } from "@/lib/db/schema";
import { EncryptionConfigError } from "@/lib/encryption";
import { keyEncryptionKeys } from "./key-encryption-keys";

/**
 * A retired key as the current one means an old configuration was restored, perhaps with a leaked key.
 *
 * @throws EncryptionConfigError
 */
export async function refuseRetiredKeys(): Promise<void> {
  const { id } = keyEncryptionKeys().current;
  if (await isRetired(await database(), id)) {
    throw new EncryptionConfigError(
      `The current key-encryption key "${id}" was retired. Put the key that followed it first, or make a new one under an id that was never used.`,
    );
  }
}

/** Whether a key-encryption key was retired. */
export async function isRetired(db: Pick<Database, "select">, id: string): Promise<boolean> {
  const [retired] = await db
    .select({ id: retiredKeyEncryptionKeysTable.id })
    .from(retiredKeyEncryptionKeysTable)
    .where(eq(retiredKeyEncryptionKeysTable.id, id));
  return retired !== undefined;
}
