import "server-only";
import { createHash, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { and, eq, like, lt } from "drizzle-orm";
import type { ProviderId } from "@/contracts/provider";
import { isGenuine, signRow } from "@/lib/auth/authority/sign-row";
import { database } from "@/lib/db/client";
import { verificationTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";

/** Long enough to sign in at the provider first. */
const LIFETIME_MS = 10 * 60_000;
const PREFIX = "ai-connection:";

/** What a returned `state` turned out to be. */
export type AttemptOutcome = "valid" | "expired" | "other_session" | "unknown";

/**
 * Records that a session starts to connect an account at a provider.
 *
 * @returns the `state` that must come back; it binds the response to this session (RFC 6749, section 10.12)
 */
export async function beginAttempt(provider: ProviderId, sessionId: string): Promise<string> {
  const state = randomBytes(32).toString("base64url");
  const db = await database();
  await db
    .delete(verificationTable)
    .where(
      and(like(verificationTable.identifier, `${PREFIX}%`), lt(verificationTable.expiresAt, new Date())),
    );
  const attempt = await signRow("verification", {
    id: randomUUID(),
    identifier: identifierOf(provider, state),
    value: sessionId,
  });
  const expiresAt = new Date(Date.now() + LIFETIME_MS);
  await db.insert(verificationTable).values({ ...attempt, expiresAt });
  return state;
}

/** Consumes an attempt, whatever the outcome: of two responses with the same `state`, only one counts. */
export async function endAttempt(
  provider: ProviderId,
  sessionId: string,
  state: string,
): Promise<AttemptOutcome> {
  const db = await database();
  const [attempt] = await db
    .delete(verificationTable)
    .where(eq(verificationTable.identifier, identifierOf(provider, state)))
    .returning();
  if (!attempt || !(await isGenuine("verification", attempt))) return "unknown";
  if (attempt.value !== sessionId) return "other_session";
  return attempt.expiresAt.getTime() > Date.now() ? "valid" : "expired";
}

/**
 * The PKCE verifier of an attempt (RFC 7636, section 4.1), derived from its `state` and the server's secret,
 * so nothing has to be stored between starting and finishing.
 */
export function verifierOf(provider: ProviderId, state: string): string {
  const secret = environment().BETTER_AUTH_SECRET;
  return Buffer.from(hkdfSync("sha256", secret, state, `${PREFIX}${provider}:pkce-verifier`, 32)).toString(
    "base64url",
  );
}

/** The S256 challenge of a verifier. */
export function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier, "ascii").digest("base64url");
}

function identifierOf(provider: ProviderId, state: string): string {
  return `${PREFIX}${provider}:${createHash("sha256").update(state, "utf8").digest("base64url")}`;
}
