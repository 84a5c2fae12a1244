import "server-only";
import { databaseConnection } from "@/lib/db/client";

/**
 * Opens the database if it is not open yet, and runs a query. @throws the driver's error if it does not
 * answer
 */
export async function checkDatabase(): Promise<void> {
  await (await databaseConnection()).query("select 1");
}
