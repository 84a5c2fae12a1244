import "server-only";
import { and, eq, inArray, or, sql } from "drizzle-orm";
import { AppError } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";
import { comparablePath } from "./stored-path";

/**
 * No disk can hold a file and a folder of one name. For a new file.
 *
 * @throws AppError `conflict`
 */
export async function requireFreeName(tx: Transaction, projectId: string, path: string): Promise<void> {
  const folders = foldersOf(path);
  const isInside = sql`starts_with(${comparablePath}, ${`${path}/`})`;
  const isFolder = folders.length > 0 ? inArray(comparablePath, folders) : undefined;
  const [other] = await tx
    .select({ path: projectFilesTable.path })
    .from(projectFilesTable)
    .where(and(eq(projectFilesTable.projectId, projectId), or(isInside, isFolder)))
    .limit(1);
  if (!other) return;
  throw new AppError(
    "conflict",
    other.path.length > path.length
      ? `${path} is a folder: it holds ${other.path}. Choose another name for the file.`
      : `${other.path} is a file, so nothing can be stored inside it. Choose another path, or delete the file first.`,
  );
}

/** "a/b/c.txt" is in "a" and in "a/b". */
function foldersOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_name, index) => names.slice(0, index + 1).join("/"));
}
