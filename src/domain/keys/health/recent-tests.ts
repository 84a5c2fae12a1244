import "server-only";
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { oncePerProcess } from "@/lib/once-per-process";
import type { KeyTested } from "./key-tested";

/** A pasted key, the provider it is for, and the address as it was typed if it belongs to one. */
export interface PastedKey {
  provider: ProviderId;
  apiKey: string;
  baseUrl?: string | undefined;
}

/** A test says little about later; whoever saves a key does it at once. */
const REMEMBERED_MS = 10 * 60_000;
/** Of all people together: it bounds the memory. */
const MOST_REMEMBERED = 5_000;

const shared = oncePerProcess("recentTests", () => ({
  /** Of this process alone: what is remembered cannot be compared with anything outside it. */
  hashing: createSecretKey(randomBytes(32)),
  tests: new LRUCache<string, KeyTested>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS }),
}));

/**
 * Remembers for ten minutes what a test of a pasted key found, so that a key saved right after it is not
 * called untested.
 */
export function rememberTest(actor: Actor, key: PastedKey, outcome: KeyHealthOutcome): void {
  shared.get().tests.set(nameOf(actor, key), { outcome, at: new Date() });
}

/**
 * What the last test of this very key found, for this person, at this address; null if it was not tested
 * lately on this server.
 */
export function recentTestOf(actor: Actor, key: PastedKey): KeyTested | null {
  return shared.get().tests.get(nameOf(actor, key)) ?? null;
}

/** A keyed hash (HMAC, FIPS 198-1): the key itself is not kept. JSON keeps the fields apart. */
function nameOf({ userId }: Actor, { provider, apiKey, baseUrl = "" }: PastedKey): string {
  return createHmac("sha256", shared.get().hashing)
    .update(JSON.stringify([userId, provider, baseUrl, apiKey]))
    .digest("base64url");
}
