import "server-only";
import { and, count, eq, ne, sql } from "drizzle-orm";
import { FILE_CONTENT_MAX_BYTES, PROJECT_MAX_FILES } from "@/contracts/limits";
import { AppError } from "@/lib/app-error";
import type { Database } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";

/**
 * Creates a file or replaces its content, within a change of the project's files.
 *
 * @param file its path has been checked
 * @returns whether the file is new, and its size in bytes
 * @throws AppError `invalid_request` (content), `limit_reached` (number of files)
 */
export async function storeProjectFile(
  tx: Database,
  projectId: string,
  { path, content }: { path: string; content: string },
): Promise<{ created: boolean; size: number }> {
  const size = checkedSize(content);
  const [others] = await tx
    .select({ count: count() })
    .from(projectFilesTable)
    .where(and(eq(projectFilesTable.projectId, projectId), ne(projectFilesTable.path, path)));
  if ((others?.count ?? 0) >= PROJECT_MAX_FILES) {
    throw new AppError(
      "limit_reached",
      `A project holds at most ${PROJECT_MAX_FILES} files. Delete some first.`,
    );
  }
  const [row] = await tx
    .insert(projectFilesTable)
    .values({ projectId, path, content, size })
    .onConflictDoUpdate({
      target: [projectFilesTable.projectId, projectFilesTable.path],
      set: { content, size, updatedAt: new Date() },
    })
    // xmax is 0 exactly when the row was inserted rather than updated.
    .returning({ created: sql<boolean>`xmax = 0` });
  return { created: row?.created ?? false, size };
}

function checkedSize(content: string): number {
  const size = Buffer.byteLength(content, "utf8");
  if (size > FILE_CONTENT_MAX_BYTES) {
    throw new AppError(
      "invalid_request",
      `A file holds at most ${FILE_CONTENT_MAX_BYTES / 1024} kB. Split it.`,
    );
  }
  // Postgres cannot store U+0000 in text, and a lone surrogate would be changed.
  if (content.includes("\0") || !content.isWellFormed()) {
    throw new AppError(
      "invalid_request",
      "Only text can be stored: the content holds a NUL character or broken Unicode.",
    );
  }
  return size;
}
