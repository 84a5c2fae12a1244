import "server-only";
import { and, desc, eq, or, type SQL, sql } from "drizzle-orm";
import type { Database, Transaction } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";

/** A stored path in the form in which two spellings of a name ("é" as one character or as two) are equal. */
export const comparablePath: SQL<string> = sql<string>`normalize(${projectFilesTable.path}, NFC)`;

/**
 * How a project spells the path of a file it has; null if it has none of this name.
 *
 * @param path has been checked, and so is in its composed form
 */
export async function storedPath(
  db: Database | Transaction,
  projectId: string,
  path: string,
): Promise<string | null> {
  const exactly = eq(projectFilesTable.path, path);
  const [row] = await db
    .select({ path: projectFilesTable.path })
    .from(projectFilesTable)
    .where(and(eq(projectFilesTable.projectId, projectId), or(exactly, eq(comparablePath, path))))
    // Of two files from before there was this rule, the one whose name is asked for.
    .orderBy(desc(exactly))
    .limit(1);
  return row?.path ?? null;
}
