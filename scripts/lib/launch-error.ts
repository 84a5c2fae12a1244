type LaunchErrorCode =
  | "usage"
  | "settings_unreadable"
  | "secrets_missing"
  | "secrets_lost"
  | "address_unusable"
  | "data_dir_unusable"
  | "database_unusable"
  | "migration_failed"
  | "build_failed"
  | "server_failed"
  | "stand_in_failed"
  | "chromium_missing"
  | "vault_unreachable"
  | "vault_refused";

/**
 * Why a command cannot go on. `message` is for the person at the console: what is wrong and what to do, never
 * a secret.
 */
export class LaunchError extends Error {
  readonly code: LaunchErrorCode;

  constructor(code: LaunchErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "LaunchError";
    this.code = code;
  }
}

/** The code of a system or database error ("ECONNREFUSED", "28P01"), else its name. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown";
}
