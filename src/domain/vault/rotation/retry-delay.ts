import "server-only";
import { eq } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";

const MAX_SECONDS = 60;

/**
 * Delay before a failed rotation is retried: two seconds, doubled with each consecutive failure, up to a
 * minute.
 */
export async function retryDelaySeconds(rotationId: string): Promise<number> {
  const db = await database();
  const [rotation] = await db
    .select({ failures: keyRotationsTable.failures })
    .from(keyRotationsTable)
    .where(eq(keyRotationsTable.id, rotationId));
  return Math.min(2 ** (rotation?.failures ?? 1), MAX_SECONDS);
}
