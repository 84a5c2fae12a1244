import "server-only";
import type { KeyObject } from "node:crypto";
import { sql } from "drizzle-orm";
import {
  forgetAuthorityKey,
  lockAuthority,
  openUnderSecret,
  readAuthorityKey,
  sealUnderSecret,
} from "@/lib/auth/authority/authority-key";
import { newAuthorityKey } from "@/lib/auth/authority/key-envelope";
import { deleteAlteredRows, signStoredRows } from "@/lib/auth/authority/stored-rows";
import { database, type Transaction } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { authorityKeyTable } from "@/lib/db/schema";
import { EncryptionError } from "@/lib/encryption";
import { environment } from "@/lib/env.server";
import { EnvironmentError } from "@/lib/environment-error";
import { logger } from "@/lib/logger";
import { recordAuditEvent } from "../audit/record-audit-event";
import { keepUnderVault, openUnderVault } from "./authority-in-vault";

/**
 * Opens the key that signs accounts, at the start. An installation of before has none: its accounts are
 * signed as they are, once. Afterwards what is not signed is refused, unless the operator says otherwise
 * (UNSIGNED_ACCOUNTS). A new BETTER_AUTH_SECRET gets a new key, and what the old one signed is signed again.
 *
 * @throws EnvironmentError with what the operator has to decide
 */
export async function prepareAuthority(): Promise<void> {
  const db = await database();
  const recovered = await recoverFromVault();
  const key = await db.transaction(async (tx) => {
    await lockAuthority(tx);
    return openOrSign(tx, recovered);
  });
  forgetAuthorityKey();
  const stored = await readAuthorityKey(db);
  if (!stored) return;
  try {
    await keepUnderVault(stored, key);
  } catch (error) {
    if (!(error instanceof EncryptionError)) throw error;
    logger.warn(
      { err: error },
      "the key that signs accounts could not be kept under the vault; the next start tries again, and until then BETTER_AUTH_SECRET must stay",
    );
  }
}

/** The stored key, if BETTER_AUTH_SECRET does not open it. Before the transaction: it may ask a key store. */
async function recoverFromVault(): Promise<KeyObject | null> {
  const stored = await readAuthorityKey(await database());
  if (!stored || (await openUnderSecret(stored.underSecret))) return null;
  return openUnderVault(stored);
}

async function openOrSign(tx: Transaction, recovered: KeyObject | null): Promise<KeyObject> {
  const stored = await readAuthorityKey(tx);
  const opened = stored ? ((await openUnderSecret(stored.underSecret)) ?? recovered) : null;
  const mode = environment().UNSIGNED_ACCOUNTS;
  if (opened && opened !== recovered && mode !== "sign") return opened;
  if (!opened && mode !== "sign") await refuseIfSignedBefore(tx, stored !== undefined, mode === "refuse");
  // Whoever has the secret of before, and a copy of the database, has the key of before.
  const isKept = opened !== null && opened !== recovered;
  const key = isKept ? opened : newAuthorityKey();
  if (!isKept) await storeKey(tx, key);
  await signAll(tx, key, {
    isFirstTime: stored === undefined && mode !== "sign",
    before: mode === "sign" ? undefined : (recovered ?? undefined),
  });
  return key;
}

async function storeKey(tx: Transaction, key: KeyObject): Promise<void> {
  const underSecret = await sealUnderSecret(key);
  await tx
    .insert(authorityKeyTable)
    .values({ underSecret })
    .onConflictDoUpdate({
      target: authorityKeyTable.id,
      set: { underSecret, underVault: null, dataKeyId: null },
    });
}

/** A writer of the database can remove the key. It must not make the server sign what that person wrote. */
async function refuseIfSignedBefore(tx: Transaction, isLost: boolean, isClosed: boolean): Promise<void> {
  if (isLost) {
    throw decisionNeeded(
      "The key that signs accounts was encrypted under another BETTER_AUTH_SECRET and other encryption keys. Put one of them back.",
    );
  }
  const [before] = await rowsOf<{ signed: boolean; people: boolean }>(
    tx,
    sql`select exists (select 1 from "user" where mac is not null)
      or exists (select 1 from account where mac is not null)
      or exists (select 1 from session where mac is not null)
      or exists (select 1 from audit_events where action = 'accounts.signed') as signed,
      exists (select 1 from "user") as people`,
  );
  if (before?.signed) {
    throw decisionNeeded(
      "The key that signs accounts is gone from the database, though accounts were signed before. Restore the database from a backup.",
    );
  }
  if (isClosed && before?.people) {
    throw decisionNeeded("The accounts in this database are not signed, and UNSIGNED_ACCOUNTS is refuse.");
  }
}

function decisionNeeded(what: string): EnvironmentError {
  const sentence = `${what} If you trust the accounts in the database as they are, start once with UNSIGNED_ACCOUNTS=sign.`;
  return new EnvironmentError([{ variable: "UNSIGNED_ACCOUNTS", sentence }]);
}

/**
 * What is made anew without anybody noticing is not signed but removed: signing keys of bearer tokens, proofs
 * of a sign-in under way. Sessions are signed only when the product did not sign before: they were begun by
 * it.
 */
async function signAll(
  tx: Transaction,
  key: KeyObject,
  { isFirstTime, before }: { isFirstTime: boolean; before: KeyObject | undefined },
): Promise<void> {
  const users = await signStoredRows(tx, key, "user", before);
  const accounts = await signStoredRows(tx, key, "account", before);
  const sessions = await (isFirstTime ? signStoredRows : deleteAlteredRows)(tx, key, "session");
  await deleteAlteredRows(tx, key, "jwks");
  await deleteAlteredRows(tx, key, "verification");
  const detail = { users, accounts, sessions, first: isFirstTime, renewed: before !== undefined };
  await recordAuditEvent(tx, { system: "start" }, "accounts.signed", "accounts", detail);
  if (users + accounts + sessions === 0) return;
  logger.warn(
    detail,
    before
      ? "BETTER_AUTH_SECRET has changed: accounts are signed by a new key, except those that were altered"
      : "the accounts in the database were signed as they are",
  );
}
