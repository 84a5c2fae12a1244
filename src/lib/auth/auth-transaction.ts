import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { type Database, database, type Transaction } from "@/lib/db/client";
import { oncePerProcess } from "@/lib/once-per-process";

const running = oncePerProcess("authTransaction", () => new AsyncLocalStorage<Transaction>());

/**
 * The same database, which remembers the transaction that its user (the auth library) is in. A hook of the
 * library has to query in it: the embedded database has one connection, and what a hook decides has to hold
 * when the transaction commits.
 */
export function rememberingTransactions(db: Database): Database {
  const transaction: Database["transaction"] = (work, config) =>
    db.transaction((tx) => running.get().run(tx, () => work(tx)), config);
  return Object.create(db, { transaction: { value: transaction } }) as Database;
}

/** For hooks: the library's transaction, or the database if it is in none. */
export async function authTransaction(): Promise<Database | Transaction> {
  return running.get().getStore() ?? database();
}
