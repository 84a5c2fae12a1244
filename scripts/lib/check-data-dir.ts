import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assertDataDirIsFree } from "@/lib/data-dir-lock";
import { errorCode, LaunchError } from "./launch-error";

/**
 * Ensures that the data folder exists, is writable and is not open in another process.
 *
 * @throws LaunchError data_dir_unusable
 * @throws DataDirLockedError
 */
export function checkDataDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const probe = path.join(dir, `.write-test-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new LaunchError(
      "data_dir_unusable",
      `The data folder ${dir} cannot be written (${errorCode(error)}). Give this user the right to write there, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  assertDataDirIsFree(dir);
}
