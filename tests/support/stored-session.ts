import { createHmac, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { Client } from "pg";
import {
  envelopeKeyOf,
  newAuthorityKey,
  openAuthorityKey,
  sealAuthorityKey,
} from "@/lib/auth/authority/key-envelope";
import { rowMac } from "@/lib/auth/authority/row-mac";

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
  await run(installation, async (client) => {
    const key = await authorityKeyOf(installation, client);
    const { rows } = await client.query('select 1 from "user" limit 1');
    const isFirst = rows.length === 0;
    const user = rowMac(key, "user", { id, email, emailVerified: false, isFirst });
    const method = { id, accountId: id, providerId: "credential", userId: id, password: hash };
    await client.query(
      `with made as (
         insert into "user" (id, name, email, is_first, mac, created_at, updated_at)
         values ($1, $2, $3, $5, $6, ${NOW}, ${NOW})
       )
       insert into account (id, account_id, provider_id, user_id, password, mac, created_at, updated_at)
       values ($1, $1, 'credential', $1, $4, $7, ${NOW}, ${NOW})`,
      [id, name, email, hash, isFirst, user, rowMac(key, "account", method)],
    );
  });
  return id;
}

/** The row of a session that began now. @returns the cookie of the browser it began in */
export async function storeSession(installation: Installation, userId: string): Promise<string> {
  const token = randomBytes(24).toString("base64url").replaceAll(/[-_]/g, "x");
  await run(installation, async (client) => {
    const session = { id: randomUUID(), token, userId };
    const mac = rowMac(await authorityKeyOf(installation, client), "session", session);
    await client.query(
      `insert into session (id, token, user_id, mac, expires_at, created_at, updated_at)
       values ($1, $2, $3, $4, ${NOW} + interval '14 days', ${NOW}, ${NOW})`,
      [session.id, token, userId, mac],
    );
  });
  const signature = createHmac("sha256", installation.BETTER_AUTH_SECRET).update(token).digest("base64");
  return `orchestral.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

/** Times are stored in UTC, whatever the zone of the connection. */
const NOW = "(now() at time zone 'utc')";

/** A signing key of bearer tokens, as if the server had made it. */
export async function storeSigningKey(
  installation: Installation,
  { id, publicKey }: { id: string; publicKey: string },
): Promise<void> {
  await run(installation, async (client) => {
    const privateKey = "none";
    const mac = rowMac(await authorityKeyOf(installation, client), "jwks", { id, publicKey, privateKey });
    await client.query(
      `insert into jwks (id, public_key, private_key, alg, crv, mac, created_at)
       values ($1, $2, $3, 'EdDSA', 'Ed25519', $4, '2000-01-01')`,
      [id, publicKey, privateKey, mac],
    );
  });
}

/** The key that signs these rows; made here, if the server has not come to it yet. */
async function authorityKeyOf({ BETTER_AUTH_SECRET }: Installation, client: Client): Promise<KeyObject> {
  const envelopeKey = envelopeKeyOf(BETTER_AUTH_SECRET);
  const made = await sealAuthorityKey(newAuthorityKey(), envelopeKey);
  await client.query("insert into authority_key (under_secret) values ($1) on conflict do nothing", [made]);
  const { rows } = await client.query("select under_secret from authority_key");
  const key = await openAuthorityKey(rows[0].under_secret, envelopeKey);
  if (!key) throw new Error("the authority key of this installation was made under another secret");
  return key;
}

async function run({ DATABASE_URL }: Installation, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: DATABASE_URL });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
