import { openDatabase } from "@/lib/db/client";
import { errorCode } from "./lib/launch-error";
import { say, sayFailure, stopwatch } from "./lib/say.mjs";

// Migrates the database named by the environment and exits. `npm start` does this automatically; this command
// is for installations that migrate in a separate step, before the new version starts.
const elapsed = stopwatch();
try {
  const connection = await openDatabase();
  await connection.close();
  say("Migrations", `up to date (${elapsed()})`);
} catch (error) {
  // Drizzle wraps Postgres' error in the whole text of the query.
  let reason = error;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  const rights = errorCode(reason) === "42501" ? " The user in DATABASE_URL must own the database." : "";
  sayFailure(`${reason instanceof Error ? reason.message : String(reason)} (${errorCode(reason)}).${rights}`);
  if (process.env.DEBUG && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
}
