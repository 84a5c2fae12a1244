import "server-only";
import { AppError } from "@/lib/app-error";
import type { Actor } from "../actor";
import { queueAuditEvent } from "../audit/audit-queue";
import type { KeyToAdd } from "../key-vault/add-api-key";
import { countKeySave } from "../key-vault/key-limits";
import { endpointAddressOf } from "../providers/endpoint-address";
import { holdSessionKey, roomFor, SESSION_KEYS_PER_SESSION } from "./session-key-store";

/**
 * Keeps a key for this session only: in the memory of this server, sealed under a key of its own, never in the database. It is
 * gone with the session, with a restart of the server, and after twelve hours. Where several servers share the load, only the
 * one that took it knows it.
 *
 * @returns the key's id
 * @throws AppError `unknown_provider`, `endpoint_refused`, `rate_limited`, `limit_reached`
 */
export async function keepSessionKey(
  actor: Actor,
  { provider, apiKey, label, baseUrl }: KeyToAdd,
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
  const id = holdSessionKey({ userId, sessionId, provider, label, baseUrl: address }, apiKey);
  queueAuditEvent({ actor, action: "ai_key.held", objectId: id, detail: { provider } });
  return id;
}
