import { openDatabase } from "@/lib/db/client";
import { errorCode } from "./lib/launch-error";
import { say, sayFailure, stopwatch } from "./lib/say.mjs";

// Brings the database named by the environment up to date and ends. `npm start` does this by itself; on its own it is for
// installations that migrate in a step of their own, before the new version starts.
const elapsed = stopwatch();
try {
  const connection = await openDatabase();
  await connection.close();
  say("Migrations", `up to date (${elapsed()})`);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  sayFailure(`The database could not be brought up to date (${errorCode(error)}): ${reason}`);
  if (process.env.DEBUG && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
}
