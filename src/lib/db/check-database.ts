import "server-only";
import { databaseConnection } from "@/lib/db/client";

/** Opens the database when that is still to do, and asks it something. @throws the driver's error when it does not answer */
export async function checkDatabase(): Promise<void> {
  await (await databaseConnection()).query("select 1");
}
