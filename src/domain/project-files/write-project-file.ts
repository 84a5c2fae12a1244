import "server-only";
import { and, count, eq, ne, sql } from "drizzle-orm";
import { FILE_CONTENT_MAX_BYTES, filePathSchema, PROJECT_MAX_FILES } from "@/contracts/project-files";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectFilesTable, projectsTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { requireProjectAccess } from "../projects/project-access";

/**
 * Creates a file or replaces its content.
 *
 * @returns whether the file is new, and its size in bytes
 * @throws AppError `not_found`, `invalid_request` (path, content), `limit_reached` (number of files)
 */
export async function writeProjectFile(
  actor: Actor,
  projectId: string,
  file: { path: string; content: string },
): Promise<{ created: boolean; size: number }> {
  const id = await requireProjectAccess(actor, projectId);
  const path = checkedPath(file.path);
  const size = checkedSize(file.content);
  const db = await database();
  return db.transaction(async (tx) => {
    const [others] = await tx
      .select({ count: count() })
      .from(projectFilesTable)
      .where(and(eq(projectFilesTable.projectId, id), ne(projectFilesTable.path, path)));
    if ((others?.count ?? 0) >= PROJECT_MAX_FILES) {
      throw new AppError(
        "limit_reached",
        `A project holds at most ${PROJECT_MAX_FILES} files. Delete some first.`,
      );
    }
    const [row] = await tx
      .insert(projectFilesTable)
      .values({ projectId: id, path, content: file.content, size })
      .onConflictDoUpdate({
        target: [projectFilesTable.projectId, projectFilesTable.path],
        set: { content: file.content, size, updatedAt: new Date() },
      })
      // xmax is 0 exactly when the row was inserted rather than updated.
      .returning({ created: sql<boolean>`xmax = 0` });
    await tx.update(projectsTable).set({ updatedAt: new Date() }).where(eq(projectsTable.id, id));
    return { created: row?.created ?? false, size };
  });
}

function checkedPath(path: string): string {
  const result = filePathSchema.safeParse(path);
  if (!result.success)
    throw new AppError("invalid_request", result.error.issues[0]?.message ?? "This path cannot be used.");
  return result.data;
}

function checkedSize(content: string): number {
  const size = Buffer.byteLength(content, "utf8");
  if (size > FILE_CONTENT_MAX_BYTES) {
    throw new AppError(
      "invalid_request",
      `A file holds at most ${FILE_CONTENT_MAX_BYTES / 1024} kB. Split it.`,
    );
  }
  // Postgres cannot store U+0000 in text, and a lone surrogate would come back changed.
  if (content.includes("\0") || !content.isWellFormed()) {
    throw new AppError(
      "invalid_request",
      "Only text can be stored: the content holds a NUL character or broken Unicode.",
    );
  }
  return size;
}
