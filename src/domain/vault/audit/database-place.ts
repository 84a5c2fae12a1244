import "server-only";
import { createHash } from "node:crypto";
import { environment } from "@/lib/env.server";

/**
 * Names the database this server is configured for, in files of DATA_DIR: what they say is true of that one
 * only. From the configuration, because whoever can write to the database must not be able to choose it.
 */
export function databasePlace(): string {
  const { DATABASE_URL } = environment();
  if (DATABASE_URL === undefined) return "embedded";
  const { host, pathname } = new URL(DATABASE_URL);
  return createHash("sha256").update(`${host}${pathname}`).digest("hex").slice(0, 16);
}
