import "server-only";
import { and, eq, gt, sql } from "drizzle-orm";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { database } from "@/lib/db/client";
import { sessionTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { oncePerProcess } from "@/lib/once-per-process";
import { auth } from "./auth";
import { isGenuine } from "./authority/sign-row";

const keySet = oncePerProcess("jwks", async () => {
  const { api } = await auth();
  return createLocalJWKSet(await api.getJwks());
});

/**
 * Verifies an `Authorization: Bearer` header against our own signing keys and the session it was issued for.
 * The session is looked up each time, so signing out or deleting the account revokes every token immediately,
 * not after fifteen minutes (otherwise: CVE-2026-44553).
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
  const db = await database();
  const [session] = await db
    .select({
      id: sessionTable.id,
      token: sessionTable.token,
      userId: sessionTable.userId,
      mac: sessionTable.mac,
    })
    .from(sessionTable)
    .where(
      and(
        eq(sessionTable.id, claims.sid),
        eq(sessionTable.userId, claims.sub),
        gt(sessionTable.expiresAt, sql`now() at time zone 'utc'`),
      ),
    )
    .limit(1);
  if (!session || !(await isGenuine("session", session))) return null;
  return { userId: session.userId, sessionId: session.id };
}

async function verify(token: string): Promise<Record<string, unknown> | null> {
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
