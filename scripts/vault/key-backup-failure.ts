import { KeyBackupError } from "@/lib/key-backup/errors";
import { LaunchError } from "../lib/launch-error";

/** For `.catch`: what the shares are refused for is written for a person, so it is told as it is. */
export function asLaunchError(error: unknown): never {
  if (error instanceof KeyBackupError) throw new LaunchError("usage", error.message, { cause: error });
  throw error;
}
