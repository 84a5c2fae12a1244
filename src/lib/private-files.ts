import { chmodSync, lstatSync, readdirSync } from "node:fs";
import path from "node:path";
import { isMainThread } from "node:worker_threads";

const OTHERS = 0o077;

/** Files and folders this process makes from now on can be read by its user only. */
export function keepFilesPrivate(): void {
  // The mask belongs to the process; a worker thread may not set it, and has that of the main thread.
  if (isMainThread) process.umask(OTHERS);
}

/** Whether other users of this machine may read, write or enter. */
export function isOpenToOthers(place: string): boolean {
  return (lstatSync(place).mode & OTHERS) !== 0;
}

/**
 * Takes away what other users may do with a file, or with a folder and all that is in it. Links are not
 * followed.
 *
 * @throws the file system's error, for example if the file belongs to another user
 */
export function makePrivate(place: string): void {
  const stat = lstatSync(place);
  if (stat.isSymbolicLink()) return;
  // The folder first: what it holds cannot be reached then.
  if ((stat.mode & OTHERS) !== 0) chmodSync(place, stat.mode & 0o700);
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(place)) {
    try {
      makePrivate(path.join(place, name));
    } catch (error) {
      // Removed meanwhile: a server's journal, a claim on the folder.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
}
