import { Client } from "pg";
import { errorCode, LaunchError } from "./launch-error";

const TIMEOUT_MS = 5_000;

/**
 * Connects once to the Postgres server of DATABASE_URL.
 *
 * @param url already validated by the environment schema
 * @returns its location without user and password, for the console
 * @throws LaunchError database_unusable; the message never holds the password
 */
export async function checkDatabase(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  const place = `${client.host}:${client.port}`;
  const database = client.database ?? "";
  try {
    await client.connect();
    await client.query("select 1");
  } catch (error) {
    throw new LaunchError("database_unusable", sentence(error, place, client.user ?? "", database), {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
  return `${place}/${database}`;
}

function sentence(error: unknown, place: string, user: string, database: string): string {
  const code = errorCode(error);
  switch (code) {
    case "ECONNREFUSED":
      return `Nothing listens at ${place}, the Postgres address in DATABASE_URL. Start Postgres there, or correct DATABASE_URL.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The host of ${place}, the Postgres address in DATABASE_URL, cannot be found. Correct DATABASE_URL.`;
    case "28P01":
    case "28000":
      return `Postgres at ${place} does not let the user "${user}" in: wrong password, or no such user. Correct DATABASE_URL.`;
    case "3D000":
      return `Postgres at ${place} has no database "${database}". Create it (createdb ${database}), or correct DATABASE_URL.`;
    default:
      return error instanceof Error && /timeout/i.test(error.message)
        ? `Postgres at ${place} did not answer within ${TIMEOUT_MS / 1000} seconds. Check that it runs and that this machine may reach it, or correct DATABASE_URL.`
        : `Postgres at ${place} cannot be used (${code}). Check the server and DATABASE_URL; DEBUG=1 shows its answer.`;
  }
}
