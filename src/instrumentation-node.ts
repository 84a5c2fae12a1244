import { seedDemo } from "@/domain/demo/seed-demo";
import { recheckUnreadableKeys } from "@/domain/key-vault/recheck-unreadable-keys";
import { closeDatabase, databaseConnection } from "@/lib/db/client";
import { keyRingFromEnvironment } from "@/lib/encryption";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";

/**
 * Checks at start what would otherwise fail at the first request: the environment, the encryption keys and the database.
 * Ends the process with one sentence when one of them cannot be used.
 */
export async function startServer(): Promise<void> {
  // Read by the agent framework, which otherwise reports usage to its makers and fetches model lists.
  process.env.MASTRA_TELEMETRY_DISABLED = "1";
  process.env.MASTRA_OFFLINE = "1";
  try {
    const env = environment();
    keyRingFromEnvironment();
    await databaseConnection();
    await recheckUnreadableKeys();
    if (env.ORCHESTRAL_DEMO) await seedDemo(env);
  } catch (error) {
    logger.fatal({ err: error }, "the server cannot start");
    process.stderr.write(`${error instanceof Error ? error.message : "The server cannot start."}\n`);
    process.exit(1);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // PGlite writes on close and the data folder's lock is released: the next start finds both in order.
    process.once(signal, () => void closeDatabase());
  }
}
