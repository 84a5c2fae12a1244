import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { hashPassword } from "better-auth/crypto";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { oncePerProcess } from "@/lib/once-per-process";

interface PreparedHash {
  password?: string;
  hash?: string;
}

/**
 * A sign-up hashes its password in the middle of its transaction, and hashing is slow on purpose: meanwhile
 * it would hold a connection, which in the embedded database is the only one. So the hash is computed before
 * the transaction begins.
 */
const prepared = oncePerProcess("preparedHash", () => new AsyncLocalStorage<PreparedHash>());

/** Runs one request, inside which a hash can be prepared. */
export function withPreparedHash<Result>(request: () => Promise<Result>): Promise<Result> {
  return prepared.get().run({}, request);
}

/**
 * Hashes a password that this request will need later. An invalid password is left for the library to refuse.
 */
export async function prepareHash(password: unknown): Promise<void> {
  const store = prepared.get().getStore();
  if (!store || typeof password !== "string") return;
  if (password.length < PASSWORD_MIN_LENGTH || password.length > PASSWORD_MAX_LENGTH) return;
  Object.assign(store, { password, hash: await hashPassword(password) });
}

/** The hash to store for a password, with its own salt: the one prepared in this request, or a new one. */
export async function hashOf(password: string): Promise<string> {
  const store = prepared.get().getStore();
  return store?.hash !== undefined && store.password === password ? store.hash : hashPassword(password);
}
