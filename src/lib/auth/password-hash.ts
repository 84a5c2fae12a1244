import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { oncePerProcess } from "@/lib/once-per-process";
import { inHashQueue } from "./hash-queue";

interface PreparedHash {
  password?: string;
  hash?: string;
  /** The stored hash that a password of this request was found to be right for. */
  checkedHash?: string;
}

/**
 * A sign-up hashes its password in the middle of its transaction, and hashing is slow on purpose: meanwhile
 * it would hold a connection, which in the embedded database is the only one. So the hash is computed before
 * the transaction begins.
 */
const prepared = oncePerProcess("preparedHash", () => new AsyncLocalStorage<PreparedHash>());

/** Whether this is the password of a stored hash. */
export async function isPassword(stored: { hash: string; password: string }): Promise<boolean> {
  const isRight = await inHashQueue(() => verifyPassword(stored));
  const store = prepared.get().getStore();
  if (isRight && store) store.checkedHash = stored.hash;
  return isRight;
}

/**
 * Whether the password this request was admitted by has been replaced since: checking one takes long on
 * purpose, and a reset that happens meanwhile must not be undone.
 *
 * @param current the hash that is stored now
 */
export function isOutdatedPassword(current: string | null | undefined): boolean {
  const checked = prepared.get().getStore()?.checkedHash;
  return checked !== undefined && checked !== current;
}

/** Runs one request, inside which a hash can be prepared. */
export async function withPreparedHash<Result>(request: () => Promise<Result>): Promise<Result> {
  const store: PreparedHash = {};
  try {
    return await prepared.get().run(store, request);
  } finally {
    // What began in this request and goes on remembers it, and must not keep a password.
    delete store.password;
    delete store.hash;
    delete store.checkedHash;
  }
}

/**
 * Hashes a password that this request will need later. An invalid password is left for the library to refuse.
 */
export async function prepareHash(password: unknown): Promise<void> {
  const store = prepared.get().getStore();
  if (!store || typeof password !== "string") return;
  if (password.length < PASSWORD_MIN_LENGTH || password.length > PASSWORD_MAX_LENGTH) return;
  Object.assign(store, { password, hash: await inHashQueue(() => hashPassword(password)) });
}

/** The hash to store for a password, with its own salt: the one prepared in this request, or a new one. */
export async function hashOf(password: string): Promise<string> {
  const store = prepared.get().getStore();
  return store?.hash !== undefined && store.password === password
    ? store.hash
    : inHashQueue(() => hashPassword(password));
}
