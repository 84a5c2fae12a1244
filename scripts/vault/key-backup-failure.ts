import { KeyBackupError } from "@/lib/key-backup/errors";
import { LaunchError } from "../lib/launch-error";

/** For `.catch`: errors about shares are written for a person, so they keep their message. */
export function asLaunchError(error: unknown): never {
  if (error instanceof KeyBackupError) throw new LaunchError("usage", error.message, { cause: error });
  throw error;
}
