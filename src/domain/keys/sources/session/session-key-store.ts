import "server-only";
import { randomBytes, randomUUID } from "node:crypto";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { onSessionEnd } from "@/lib/auth/session-end";
import { DataKey, openWithDataKey, type SealContext, sealWithDataKey } from "@/lib/encryption";
import { oncePerProcess } from "@/lib/once-per-process";
import { Secret } from "@/lib/secret";
import { keyOfOpened, sealableKey } from "../no-key";

/** A key that is never stored, in the form that may be shown. */
export interface SessionKey {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly provider: ProviderId;
  readonly label: string;
  readonly last4: string;
  readonly baseUrl: string | null;
  readonly createdAt: Date;
  lastUsedAt: Date | null;
  lastTestedAt: Date | null;
  health: { outcome: KeyHealthOutcome; at: Date } | null;
  lastError: { outcome: KeyHealthOutcome; at: Date } | null;
  hasNotice: boolean;
  toldOf: KeyHealthOutcome | null;
}

interface Held {
  key: SessionKey;
  sealed: string;
  /** Unique to this key and stored nowhere: without it the sealed text is unreadable. */
  dataKey: DataKey;
  expiry: NodeJS.Timeout;
}

/** A key is forgotten after this time even without sign-out. */
const LIFETIME_HOURS = 12;
export const SESSION_KEYS_PER_SESSION = 10;
/** Across all sessions: bounds the memory. */
const SESSION_KEYS_IN_ALL = 20_000;

const shared = oncePerProcess("sessionKeys", () => {
  onSessionEnd(forgetSession);
  return new Map<string, Held>();
});

function held(): Map<string, Held> {
  return shared.get();
}

/** Whether there is room for another key. */
export function roomFor(sessionId: string): "yes" | "session_full" | "server_full" {
  if (held().size >= SESSION_KEYS_IN_ALL) return "server_full";
  return keysOfSession(sessionId).length < SESSION_KEYS_PER_SESSION ? "yes" : "session_full";
}

/**
 * Whether an id is that of a session key, even if the key is gone: session keys have UUIDs of version 8,
 * whose bits are application-defined (RFC 9562, 5.8); the database generates version 4.
 */
export function isSessionKeyId(id: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-8/.test(id);
}

export function newSessionKeyId(): string {
  const id = randomUUID();
  return `${id.slice(0, 14)}8${id.slice(15)}`;
}

/** Holds a sealed key in this process's memory. @param id if it had to be known in advance @returns the id */
export function holdSessionKey(
  facts: Pick<SessionKey, "userId" | "sessionId" | "provider" | "label" | "baseUrl">,
  apiKey: string,
  id = newSessionKeyId(),
): string {
  const bytes = randomBytes(32);
  const dataKey = new DataKey(bytes);
  bytes.fill(0);
  const expiry = setTimeout(() => forgetSessionKey(id), LIFETIME_HOURS * 3_600_000);
  expiry.unref();
  const key: SessionKey = {
    ...facts,
    id,
    last4: apiKey.slice(-4),
    createdAt: new Date(),
    lastUsedAt: null,
    lastTestedAt: null,
    health: null,
    lastError: null,
    hasNotice: false,
    toldOf: null,
  };
  held().set(id, {
    key,
    sealed: sealWithDataKey(sealableKey(apiKey), contextOf(key), dataKey),
    dataKey,
    expiry,
  });
  return id;
}

/** A key of exactly this session, or null: other sessions of the same person cannot see it. */
export function findSessionKey(actor: Actor, keyId: string): SessionKey | null {
  const found = held().get(keyId)?.key;
  return found && found.userId === actor.userId && found.sessionId === actor.sessionId ? found : null;
}

/** The plaintext, for one outgoing request. @throws DecryptionFailed if the memory was tampered with */
export function revealSessionKey({ id }: SessionKey): Secret | null {
  const entry = held().get(id);
  return entry
    ? new Secret(keyOfOpened(openWithDataKey(entry.sealed, contextOf(entry.key), entry.dataKey)))
    : null;
}

/** All keys of a session. */
export function keysOfSession(sessionId: string | undefined): SessionKey[] {
  return [...held().values()].map(({ key }) => key).filter((key) => key.sessionId === sessionId);
}

export function forgetSessionKey(id: string): void {
  clearTimeout(held().get(id)?.expiry);
  held().delete(id);
}

function forgetSession(sessionId: string): void {
  for (const { id } of keysOfSession(sessionId)) forgetSessionKey(id);
}

function contextOf({ id, userId, provider, baseUrl }: SessionKey): SealContext {
  return {
    table: "session memory",
    column: "api_key",
    owner: userId,
    purpose: `${provider}:${id}:${baseUrl ?? ""}`,
  };
}
