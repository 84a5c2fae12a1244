import "server-only";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { excerptAround } from "./excerpt-around";

export interface SearchMatch {
  path: string;
  /** 1-based. */
  line: number;
  text: string;
}

const MAX_MATCHES = 50;
/** Files in memory at a time, each of at most 256 kB. */
const FILES_AT_A_TIME = 8;

/**
 * Lines that contain `query` (plain text, case-insensitive), at most 50. It reads no further than to the line
 * that shows that there are more.
 *
 * @throws AppError `not_found`, `invalid_request`
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
  const matches: SearchMatch[] = [];
  for await (const file of filesWith(query, id)) {
    for (const match of linesWith(query.toLowerCase(), file)) {
      if (matches.length === MAX_MATCHES) return { matches, more: true };
      matches.push(match);
    }
  }
  return { matches, more: false };
}

type File = Pick<typeof projectFilesTable.$inferSelect, "path" | "content">;

async function* filesWith(query: string, projectId: string): AsyncGenerator<File> {
  const db = await database();
  for (let after = ""; ; ) {
    // oxlint-disable-next-line no-await-in-loop -- the next files are read when they are needed, if at all
    const files = await db
      .select({ path: projectFilesTable.path, content: projectFilesTable.content })
      .from(projectFilesTable)
      .where(
        and(
          eq(projectFilesTable.projectId, projectId),
          gt(projectFilesTable.path, after),
          sql`position(lower(${query}) in lower(${projectFilesTable.content})) > 0`,
        ),
      )
      .orderBy(asc(projectFilesTable.path))
      .limit(FILES_AT_A_TIME);
    yield* files;
    const last = files.at(-1);
    if (!last || files.length < FILES_AT_A_TIME) return;
    after = last.path;
  }
}

/** Line by line: a file may consist of line breaks, and splitting it costs many times its size. */
function* linesWith(needle: string, { path, content }: File): Generator<SearchMatch> {
  for (let begin = 0, line = 1; begin <= content.length; line += 1) {
    const newline = content.indexOf("\n", begin);
    const end = newline < 0 ? content.length : newline;
    const text = content.slice(begin, end).replace(/\r$/, "");
    const excerpt = excerptAround(needle, text);
    if (excerpt !== null) yield { path, line, text: excerpt };
    begin = end + 1;
  }
}
