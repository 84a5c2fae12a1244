import "server-only";
import { createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
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

interface Shared {
  /** Of this process alone: what is remembered cannot be compared with anything outside it. */
  hashing: KeyObject;
  /** The oldest first. */
  tests: Map<string, KeyTested>;
}

// On globalThis: the bundler gives routes copies of a module, and they have to share what is remembered.
const holder = globalThis as typeof globalThis & { orchestralRecentTests?: Shared };

function shared(): Shared {
  holder.orchestralRecentTests ??= { hashing: createSecretKey(randomBytes(32)), tests: new Map() };
  return holder.orchestralRecentTests;
}

/** Remembers for ten minutes what a test of a pasted key found, so that a key saved right after it is not called untested. */
export function rememberTest(actor: Actor, key: PastedKey, outcome: KeyHealthOutcome): void {
  const { tests } = shared();
  const name = nameOf(actor, key);
  tests.delete(name);
  tests.set(name, { outcome, at: new Date() });
  for (const [oldest] of tests) {
    if (tests.size <= MOST_REMEMBERED) break;
    tests.delete(oldest);
  }
}

/** What the last test of this very key found, for this person, at this address; null if it was not tested lately on this server. */
export function recentTestOf(actor: Actor, key: PastedKey): KeyTested | null {
  const { tests } = shared();
  const tested = tests.get(nameOf(actor, key));
  return tested && Date.now() - tested.at.getTime() < REMEMBERED_MS ? tested : null;
}

/** A keyed hash (HMAC, FIPS 198-1): the key itself is not kept. JSON keeps the fields apart. */
function nameOf({ userId }: Actor, { provider, apiKey, baseUrl = "" }: PastedKey): string {
  return createHmac("sha256", shared().hashing)
    .update(JSON.stringify([userId, provider, baseUrl, apiKey]))
    .digest("base64url");
}
