import "server-only";
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { oncePerProcess } from "@/lib/once-per-process";
import type { KeyTested } from "./key-tested";

/** A pasted key, its provider, and the address as typed if the provider needs one. */
export interface PastedKey {
  provider: ProviderId;
  apiKey: string;
  baseUrl?: string | undefined;
}

/** A test result goes stale, and people save a key right after testing it. */
const REMEMBERED_MS = 10 * 60_000;
/** Across all people: bounds the memory. */
const MAX_REMEMBERED = 5_000;

const shared = oncePerProcess("recentTests", () => ({
  /** Random per process: the hashes cannot be compared with anything outside it. */
  hashing: createSecretKey(randomBytes(32)),
  tests: new LRUCache<string, KeyTested>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS }),
}));

/**
 * Remembers the result of testing a pasted key for ten minutes, so that a key saved right after is not shown
 * as untested.
 */
export function rememberTest(actor: Actor, key: PastedKey, outcome: KeyHealthOutcome): void {
  shared.get().tests.set(hashOf(actor, key), { outcome, at: new Date() });
}

/**
 * The last test result of exactly this key, person and address; null if it was not tested recently on this
 * server.
 */
export function recentTestOf(actor: Actor, key: PastedKey): KeyTested | null {
  return shared.get().tests.get(hashOf(actor, key)) ?? null;
}

/**
 * A keyed hash (HMAC, FIPS 198-1), so the key itself is not kept. JSON separates the fields unambiguously.
 */
function hashOf({ userId }: Actor, { provider, apiKey, baseUrl = "" }: PastedKey): string {
  return createHmac("sha256", shared.get().hashing)
    .update(JSON.stringify([userId, provider, baseUrl, apiKey]))
    .digest("base64url");
}
