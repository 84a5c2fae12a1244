import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";

export interface SearchMatch {
  path: string;
  /** 1-based. */
  line: number;
  text: string;
}

const MAX_MATCHES = 50;
const MAX_LINE_LENGTH = 200;

/**
 * Lines that contain `query` (plain text, case-insensitive), at most 50. @throws AppError `not_found`,
 * `invalid_request`
 */
export async function searchProjectFiles(
  actor: Actor,
  projectId: string,
  query: string,
): Promise<{ matches: SearchMatch[]; more: boolean }> {
  // No file can contain these, and Postgres rejects the query.
  if (query.includes("\0") || !query.isWellFormed()) {
    throw new AppError("invalid_request", "The text to find holds a NUL character or broken Unicode.");
  }
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const needle = query.toLowerCase();
  const files = await db
    .select({ path: projectFilesTable.path, content: projectFilesTable.content })
    .from(projectFilesTable)
    .where(
      and(
        eq(projectFilesTable.projectId, id),
        sql`position(lower(${query}) in lower(${projectFilesTable.content})) > 0`,
      ),
    )
    .orderBy(asc(projectFilesTable.path));
  const matches = files.flatMap(({ path, content }) =>
    content
      .split("\n")
      .flatMap((text, index) =>
        text.toLowerCase().includes(needle)
          ? [{ path, line: index + 1, text: text.slice(0, MAX_LINE_LENGTH) }]
          : [],
      ),
  );
  return { matches: matches.slice(0, MAX_MATCHES), more: matches.length > MAX_MATCHES };
}
