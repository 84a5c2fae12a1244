import "server-only";
import { createHash } from "node:crypto";
import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { database } from "@/lib/db/client";
import { grouped } from "@/lib/db/grouped";
import { sessionTable, userTable } from "@/lib/db/schema";
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

/**
 * Verifies an `Authorization: Bearer` header against our own signing keys and the session it was issued for.
 * The session is looked up each time, so signing out, deleting or suspending the account revokes every token
 * immediately, not after fifteen minutes (otherwise: CVE-2026-44553).
 *
 * @returns the ids of user and session, or null for a missing, foreign, expired or orphaned token
 */
export async function userOfBearerToken(
  authorization: string | null,
): Promise<{ userId: string; sessionId: string } | null> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
  if (!token) return null;
  const claims = await verify(token);
  if (!claims || typeof claims.sub !== "string" || typeof claims.sid !== "string") return null;
  const session = await sessionRead.get()({ id: claims.sid, userId: claims.sub });
  if (!session || !(await isGenuine("session", session))) return null;
  return { userId: session.userId, sessionId: session.id };
}

interface StoredSession {
  id: string;
  token: string;
  userId: string;
  mac: string | null;
}

/** Sessions that live, of people who are not suspended. */
const sessionRead = oncePerProcess("sessionRead", () =>
  grouped(async (asked: { id: string; userId: string }[]): Promise<(StoredSession | undefined)[]> => {
    const db = await database();
    const ids = asked.map(({ id }) => id);
    const sessions: StoredSession[] = await db
      .select({
        id: sessionTable.id,
        token: sessionTable.token,
        userId: sessionTable.userId,
        mac: sessionTable.mac,
      })
      .from(sessionTable)
      .innerJoin(userTable, eq(userTable.id, sessionTable.userId))
      .where(
        and(
          inArray(sessionTable.id, ids),
          isNull(userTable.suspendedAt),
          gt(sessionTable.expiresAt, sql`now() at time zone 'utc'`),
        ),
      );
    return asked.map(({ id, userId }) => sessions.find((each) => each.id === id && each.userId === userId));
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
