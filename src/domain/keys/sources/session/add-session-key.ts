import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { recordBefore } from "@/domain/vault/audit/record-before";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { sessionTable } from "@/lib/db/schema";
import { countKeySave } from "../../key-limits";
import type { KeyToAdd } from "../key-source";
import { noteSessionKeyHealth } from "./note-session-key-health";
import {
  forgetSessionKey,
  holdSessionKey,
  newSessionKeyId,
  roomFor,
  SESSION_KEYS_PER_SESSION,
} from "./session-key-store";

/**
 * Keeps a key for this session only: in this server's memory, sealed under its own data key, never in the
 * database. It is dropped when the session ends, when the server restarts, and after twelve hours. With
 * several servers, only the one that received it knows it.
 *
 * @returns the key's id
 * @throws AppError `unknown_provider`, `endpoint_refused`, `rate_limited`, `limit_reached`; `unauthorized` if
 *   the session has ended; `unavailable` if the audit record cannot be written
 */
export async function addSessionKey(
  actor: Actor,
  { provider, apiKey, label, baseUrl, tested }: KeyToAdd,
): Promise<string> {
  const { userId, sessionId } = actor;
  if (!sessionId) throw new AppError("unauthorized", "Sign in to use a key for this session.");
  const address = endpointAddressOf(provider, baseUrl);
  await countKeySave(actor);
  const room = roomFor(sessionId);
  if (room !== "yes") {
    throw new AppError(
      "limit_reached",
      room === "session_full"
        ? `A session holds at most ${SESSION_KEYS_PER_SESSION} keys. Remove one first, or save this key.`
        : "This server holds as many session keys as it can. Save this key instead, or try again later.",
    );
  }
  const id = newSessionKeyId();
  recordBefore(
    { actor, action: "ai_key.held", objectId: id, detail: { provider } },
    "the key was not taken.",
  );
  holdSessionKey({ userId, sessionId, provider, label, baseUrl: address }, apiKey, id);
  if (tested) noteSessionKeyHealth(actor, { id }, tested.outcome, "test");
  try {
    // Checked after the key is held: a session that ends later removes the key, and one that ended earlier is
    // detected here.
    if (!(await isSignedIn(userId, sessionId))) {
      throw new AppError("unauthorized", "You are signed out. Sign in and add the key again.");
    }
  } catch (error) {
    forgetSessionKey(id);
    throw error;
  }
  return id;
}

async function isSignedIn(userId: string, sessionId: string): Promise<boolean> {
  const db = await database();
  const [session] = await db
    .select({ id: sessionTable.id })
    .from(sessionTable)
    .where(and(eq(sessionTable.id, sessionId), eq(sessionTable.userId, userId)));
  return session !== undefined;
}
