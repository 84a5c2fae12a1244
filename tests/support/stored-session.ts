import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { Client } from "pg";

/**
 * What signing a person in without the sign-up needs from a server's environment: its database and cookie
 * secret.
 */
export interface Installation {
  DATABASE_URL: string;
  BETTER_AUTH_SECRET: string;
}

/**
 * Hash of the one password of these accounts, as Better Auth makes it (scrypt), so that no test waits for it.
 */
const HASHES: Record<string, string> = {
  "correct horse battery staple":
    "4bf726e81fe463071379313523920878:acfae49db8162c958ecbb0f878e6701fb0ce484022fea5084d90a6e30994012cbaf8a58d086f38fbf48563045e2f2b170b45bb4f644c711ebd29b9fbce48c35e",
};

/** The rows of a sign-up. @returns the account's id */
export async function storeAccount(
  installation: Installation,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<string> {
  const hash = HASHES[password];
  if (!hash) throw new Error("the hash of this password is not known here: sign up instead");
  const id = randomUUID();
  await run(
    installation,
    `with made as (
       insert into "user" (id, name, email, created_at, updated_at) values ($1, $2, $3, ${NOW}, ${NOW})
     )
     insert into account (id, account_id, provider_id, user_id, password, created_at, updated_at)
     values ($1, $1, 'credential', $1, $4, ${NOW}, ${NOW})`,
    [id, name, email, hash],
  );
  return id;
}

/** The row of a session that began now. @returns the cookie of the browser it began in */
export async function storeSession(installation: Installation, userId: string): Promise<string> {
  const token = randomBytes(24).toString("base64url").replaceAll(/[-_]/g, "x");
  await run(
    installation,
    `insert into session (id, token, user_id, expires_at, created_at, updated_at)
     values ($1, $2, $3, ${NOW} + interval '14 days', ${NOW}, ${NOW})`,
    [randomUUID(), token, userId],
  );
  const signature = createHmac("sha256", installation.BETTER_AUTH_SECRET).update(token).digest("base64");
  return `orchestral.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

/** Times are stored in UTC, whatever the zone of the connection. */
const NOW = "(now() at time zone 'utc')";

async function run({ DATABASE_URL }: Installation, text: string, values: string[]): Promise<void> {
  const client = new Client({ connectionString: DATABASE_URL });
  await client.connect();
  try {
    await client.query(text, values);
  } finally {
    await client.end();
  }
}
