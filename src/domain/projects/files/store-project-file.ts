import "server-only";
import { and, count, eq, sql } from "drizzle-orm";
import { FILE_CONTENT_MAX_BYTES, PROJECT_MAX_FILE_BYTES, PROJECT_MAX_FILES } from "@/contracts/limits";
import { isVisible } from "@/contracts/visible-text";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { projectFilesTable, projectsTable } from "@/lib/db/schema";
import { requireRoom } from "../require-room";
import { requireFreeName } from "./require-free-name";
import { storedPath } from "./stored-path";

export interface StoredFile {
  /** As it is stored: an existing file keeps the spelling of its name. */
  path: string;
  created: boolean;
  /** Bytes. */
  size: number;
}

/**
 * Creates a file or replaces its content, within a change of the project's files. A replacement that is not
 * larger is never refused: it may be what makes room.
 *
 * @param file its path has been checked
 * @throws AppError `invalid_request` (content), `conflict` (a file and a folder of one name), `limit_reached`
 *   (number and size of the files)
 */
export async function storeProjectFile(
  tx: Transaction,
  actor: Actor,
  projectId: string,
  { path: asked, content }: { path: string; content: string },
): Promise<StoredFile> {
  const size = checkedSize(content);
  const path = (await storedPath(tx, projectId, asked)) ?? asked;
  const [before] = await tx
    .select({ size: projectFilesTable.size })
    .from(projectFilesTable)
    .where(and(eq(projectFilesTable.projectId, projectId), eq(projectFilesTable.path, path)));
  await tx
    .insert(projectFilesTable)
    .values({ projectId, path, content, size })
    .onConflictDoUpdate({
      target: [projectFilesTable.projectId, projectFilesTable.path],
      set: { content, size, updatedAt: sql`now()` },
    });
  if (!before) {
    requireVisible(path);
    await requireFreeName(tx, projectId, path);
    await requireFreePlace(tx, projectId);
  }
  if (size > (before?.size ?? 0)) {
    await requireRoomForFiles(tx, projectId);
    await requireRoom(tx, actor);
  }
  return { path, created: !before, size };
}

/** Of a new file only: one from before there was this rule can still be changed. */
function requireVisible(path: string): void {
  if (isVisible(path)) return;
  throw new AppError("invalid_request", "A path cannot contain characters that cannot be seen.");
}

async function requireFreePlace(tx: Transaction, projectId: string): Promise<void> {
  const [held] = await tx
    .select({ files: count() })
    .from(projectFilesTable)
    .where(eq(projectFilesTable.projectId, projectId));
  if ((held?.files ?? 0) <= PROJECT_MAX_FILES) return;
  throw new AppError(
    "limit_reached",
    `A project holds at most ${PROJECT_MAX_FILES} files. Delete some first.`,
  );
}

async function requireRoomForFiles(tx: Transaction, projectId: string): Promise<void> {
  const [held] = await tx
    .select({ bytes: projectsTable.fileBytes })
    .from(projectsTable)
    .where(eq(projectsTable.id, projectId));
  if ((held?.bytes ?? 0) <= PROJECT_MAX_FILE_BYTES) return;
  throw new AppError(
    "limit_reached",
    `The files of a project hold at most ${PROJECT_MAX_FILE_BYTES / 1024 ** 2} MB. Delete some first.`,
  );
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
