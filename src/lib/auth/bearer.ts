import "server-only";
import { createHash } from "node:crypto";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { grouped } from "@/lib/db/grouped";
import { runStatement } from "@/lib/db/run-statement";
import { environment } from "@/lib/env.server";
import { oncePerProcess } from "@/lib/once-per-process";
import { auth } from "./auth";
import { isGenuine } from "./authority/sign-row";

const keySet = oncePerProcess("jwks", async () => {
  const { api } = await auth();
  return createLocalJWKSet(await api.getJwks());
});

type Claims = Awaited<ReturnType<typeof jwtVerify>>["payload"];

/** As many people as send messages within fifteen minutes, which is how long a token is valid. */
const MOST_VERIFIED = 5_000;

/**
 * What is known of tokens whose signature was verified: a browser sends the same one with each message, and
 * its signature stays as good as it was until it expires. Whether its session still lives is read each time.
 */
const verified = oncePerProcess("verifiedTokens", () => new LRUCache<string, Claims>({ max: MOST_VERIFIED }));

/** Who a token was issued to. That it was issued proves nothing of the session, which may have ended. */
export interface TokenHolder {
  userId: string;
  sessionId: string;
}

/**
 * Verifies the signature of an `Authorization: Bearer` header with our own signing keys.
 *
 * @returns null for a missing, foreign or expired token
 */
export async function holderOfBearerToken(authorization: string | null): Promise<TokenHolder | null> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
  if (!token) return null;
  const claims = await verify(token);
  if (!claims || typeof claims.sub !== "string" || typeof claims.sid !== "string") return null;
  return { userId: claims.sub, sessionId: claims.sid };
}

/**
 * The same, and that the session it was issued for still lives. The session is looked up each time, so
 * signing out, deleting or suspending the account revokes every token immediately, not after fifteen minutes
 * (otherwise: CVE-2026-44553).
 *
 * @returns the ids of user and session, or null for a missing, foreign, expired or orphaned token
 */
export async function userOfBearerToken(authorization: string | null): Promise<TokenHolder | null> {
  const holder = await holderOfBearerToken(authorization);
  const session = holder && (await sessionRead.get()(holder));
  return (await isGenuineSession(session)) ? holder : null;
}

/** The columns of a session that are signed (authority/row-mac.ts). */
export interface StoredSession {
  id: string;
  token: string;
  userId: string;
  mac: string | null;
}

/** Whether a session that was read from the database is one of the product's. */
export async function isGenuineSession(session: StoredSession | null | undefined): Promise<boolean> {
  return session ? isGenuine("session", session) : false;
}

/**
 * The part of a statement that finds, for each row of `asked (session_id, user_id)`, its session `s` if it
 * lives and its person `u` if they are not suspended.
 */
export const LIVING_SESSION = `join session s on s.id = asked.session_id and s.user_id = asked.user_id
    and s.expires_at > now() at time zone 'utc'
  join "user" u on u.id = s.user_id and u.suspended_at is null`;

const SESSIONS = `select s.id, s.token, s.user_id as "userId", s.mac
  from unnest($1::text[], $2::text[]) as asked (session_id, user_id)
  ${LIVING_SESSION}`;

const sessionRead = oncePerProcess("sessionRead", () =>
  grouped(async (asked: TokenHolder[]): Promise<(StoredSession | undefined)[]> => {
    const sessions = await runStatement<StoredSession>(SESSIONS, [
      asked.map(({ sessionId }) => sessionId),
      asked.map(({ userId }) => userId),
    ]);
    return asked.map(({ sessionId, userId }) =>
      sessions.find((each) => each.id === sessionId && each.userId === userId),
    );
  }),
);

async function verify(token: string): Promise<Claims | null> {
  const name = createHash("sha256").update(token).digest("base64");
  const known = verified.get().get(name);
  if (known) return isValidNow(known) ? known : null;
  const claims = await verifySignature(token);
  if (claims?.exp !== undefined) verified.get().set(name, claims);
  return claims;
}

function isValidNow({ exp = 0, nbf = 0 }: Claims): boolean {
  const now = Math.floor(Date.now() / 1000);
  return nbf <= now && now < exp;
}

async function verifySignature(token: string): Promise<Claims | null> {
  const { APP_URL: issuer } = environment();
  const options = { issuer, audience: issuer, algorithms: ["EdDSA"] };
  try {
    return (await jwtVerify(token, await keySet.get(), options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    // A key made since the set was read, by another server on the same database.
    if (!(error instanceof errors.JWKSNoMatchingKey)) return null;
  }
  void keySet.drop();
  try {
    return (await jwtVerify(token, await keySet.get(), options)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
