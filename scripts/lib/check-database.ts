import { Client } from "pg";
import { postgresUrl } from "@/lib/db/postgres-url";
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
  const client = newClient(url);
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

/** @throws LaunchError when a file that the address names (`sslrootcert`) cannot be read */
function newClient(url: string): Client {
  try {
    return new Client({ connectionString: postgresUrl(url), connectionTimeoutMillis: TIMEOUT_MS });
  } catch (cause) {
    throw new LaunchError(
      "database_unusable",
      `DATABASE_URL cannot be used (${errorCode(cause)}): a certificate file it names is missing or cannot be read, or sslmode=verify-ca has no sslrootcert.`,
      { cause },
    );
  }
}

/** What Node and OpenSSL call a certificate that nobody known here has signed. */
const UNKNOWN_ISSUER = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

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
      if (error instanceof Error && /no encryption|SSL off/i.test(error.message)) {
        return `Postgres at ${place} takes encrypted connections only. Add ?sslmode=require to DATABASE_URL, or verify-full to have its certificate checked too.`;
      }
      return `Postgres at ${place} does not let the user "${user}" in: wrong password, or no such user. Correct DATABASE_URL.`;
    case "3D000":
      return `Postgres at ${place} has no database "${database}". Create it (createdb ${database}), or correct DATABASE_URL.`;
    default:
      if (UNKNOWN_ISSUER.has(code)) {
        return `The certificate of Postgres at ${place} is signed by nobody this machine knows. Name the authority's certificate in DATABASE_URL (sslrootcert=/path/to/ca.crt), or encrypt without checking it (sslmode=require).`;
      }
      if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
        return `The certificate of Postgres at ${place} is for another host name. Use that name in DATABASE_URL, or sslmode=verify-ca with sslrootcert.`;
      }
      if (error instanceof Error && /does not support SSL/.test(error.message)) {
        return `Postgres at ${place} has TLS switched off, and DATABASE_URL asks for it. Switch it on there, or leave sslmode out.`;
      }
      return error instanceof Error && /timeout/i.test(error.message)
        ? `Postgres at ${place} did not answer within ${TIMEOUT_MS / 1000} seconds. Check that it runs and that this machine may reach it, or correct DATABASE_URL.`
        : `Postgres at ${place} cannot be used (${code}). Check the server and DATABASE_URL; DEBUG=1 shows its answer.`;
  }
}
