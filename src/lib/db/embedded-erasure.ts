import { readdirSync, unlinkSync } from "node:fs";
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";

const WAL_SEGMENT = /^[0-9A-F]{24}$/;
/** A relation's file: its number, perhaps a fork (`_fsm`, `_vm`) and a gigabyte (`.1`). */
const RELATION_FILE = /^(\d+)(?:_[a-z]+)?(?:\.\d+)?$/;

/**
 * Makes the write-ahead log forget what it no longer needs: Postgres would rename old segments and fill them
 * again, bytes included. In the configuration file too, because recovery after a kill comes before any
 * statement of ours.
 */
export async function keepNoOldWal(pglite: PGlite): Promise<void> {
  const { rows } = await pglite.query<{ wal_recycle: string }>("show wal_recycle");
  if (rows[0]?.wal_recycle === "off") return;
  await pglite.exec("alter system set wal_recycle = off");
  await pglite.exec("set wal_recycle = off");
}

/**
 * Erases deleted and replaced secrets from the database's files: rewrites every table that holds secrets with
 * the rows that are there, and drops the write-ahead log from before. A kill at any point loses nothing, for
 * each statement is a transaction of Postgres, and leaves it to the next call.
 *
 * @param folder where the database's files are
 * @param options.always also if no statement has freed a secret since the last time
 */
export async function eraseFreedSecrets(
  pglite: PGlite,
  folder: string,
  options: { always?: boolean } = {},
): Promise<void> {
  const [count] = (
    await pglite.query<{ freed: string; erased: string }>(
      "select (select last_value from freed_secrets)::text as freed, erased_through::text as erased from vault_state",
    )
  ).rows;
  if (!count || (count.freed === count.erased && !options.always)) return;

  for (const table of await tablesWithSecrets(pglite)) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await pglite.exec(`vacuum full ${table}`);
  }
  await removeFutureSegments(pglite, path.join(folder, "pg_wal"));
  // The next segment is made new, of zeros; the checkpoint removes all before it.
  await pglite.exec("select pg_switch_wal()");
  await pglite.exec("checkpoint");
  await removeLostFiles(pglite, folder);
  await pglite.query("update vault_state set erased_through = $1::bigint", [count.freed]);
}

/** Tables with the trigger that counts freed secrets, quoted. */
async function tablesWithSecrets(pglite: PGlite): Promise<string[]> {
  const { rows } = await pglite.query<{ name: string }>(
    `select distinct tgrelid::regclass::text as name from pg_trigger
     where tgfoid = 'note_freed_secret'::regproc order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** Segments that an earlier version recycled for later use: their contents are old. */
async function removeFutureSegments(pglite: PGlite, folder: string): Promise<void> {
  // In a transaction, so that no other statement moves on to the next segment meanwhile.
  await pglite.transaction(async (tx) => {
    const { rows } = await tx.query<{ name: string }>(
      "select pg_walfile_name(pg_current_wal_insert_lsn()) as name",
    );
    const current = rows[0]?.name;
    if (current === undefined) return;
    for (const name of readdirSync(folder)) {
      if (WAL_SEGMENT.test(name) && name > current) unlinkSync(path.join(folder, name));
    }
  });
}

/**
 * Files that belong to no table: a process killed in the middle of a rewrite leaves the copy it was making,
 * and Postgres never looks for it.
 */
async function removeLostFiles(pglite: PGlite, folder: string): Promise<void> {
  await pglite.transaction(async (tx) => {
    const [database] = (
      await tx.query<{ oid: string }>("select oid::text from pg_database where datname = current_database()")
    ).rows;
    if (!database) return;
    const place = path.join(folder, "base", database.oid);
    const { rows } = await tx.query<{ file: string }>(
      "select pg_relation_filenode(oid)::text as file from pg_class where pg_relation_filenode(oid) is not null",
    );
    const known = new Set(rows.map(({ file }) => file));
    for (const name of readdirSync(place)) {
      const [, file] = RELATION_FILE.exec(name) ?? [];
      if (file !== undefined && !known.has(file)) unlinkSync(path.join(place, name));
    }
  });
}
