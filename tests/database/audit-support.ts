import { createSecretKey, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { type AuditMacKeys, chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { notedHeadFile } from "@/domain/vault/audit/noted-head";
import { originMacOf } from "@/domain/vault/audit/record-origin";
import { database, databaseConnection } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";

/** MAC keys "key-1" and "key-2", of which one is current, in a key store that can be down. */
export class TestMacKeys implements AuditMacKeys {
  currentId = "key-1";
  isDown = false;
  readonly #keys = new Map<string, KeyObject>(
    ["key-1", "key-2"].map((id) => [id, createSecretKey(randomBytes(32))]),
  );

  async current() {
    const key = await this.find(this.currentId);
    if (!key) throw new Error("the test names a key it did not make");
    return { id: this.currentId, key };
  }

  async find(id: string) {
    if (this.isDown) throw new Error("the key store is down");
    return this.#keys.get(id) ?? null;
  }

  forget(id: string): void {
    this.#keys.delete(id);
  }
}

/** Runs SQL as someone with the database's password would. */
export async function sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]> {
  const { rows } = await (await databaseConnection()).query(text, values);
  return rows as Row[];
}

/** Runs statements with the triggers of both tables off, as the owner of the tables can. */
export async function withoutTriggers(...statements: string[]): Promise<void> {
  for (const table of ["audit_events", "audit_chain"]) await sql(`alter table ${table} disable trigger user`);
  try {
    for (const statement of statements) await sql(statement);
  } finally {
    for (const table of ["audit_events", "audit_chain"])
      await sql(`alter table ${table} enable trigger user`);
  }
}

export async function emptyTrail(): Promise<void> {
  rmSync(notedHeadFile(), { force: true });
  await withoutTriggers(
    "delete from audit_events",
    "delete from audit_chain",
    "insert into audit_chain (seq, mac) values (0, '')",
  );
}

/** Writes `count` records that differ in every column, in order of time, as a server signs them. */
export async function writeRecords(count: number): Promise<void> {
  const db = await database();
  const rows = Array.from({ length: count }, (_, index) => {
    const row = {
      id: randomUUID(),
      at: new Date(Date.UTC(2026, 0, 1) + index * 1000),
      actorId: `person-${index}`,
      action: index % 2 ? "value.opened" : "value.resealed",
      objectId: `object-${index}`,
      detail: { provider: "anthropic", count: index, ids: [`a${index}`, `b${index}`] },
    };
    return { ...row, originMac: originMacOf(row) };
  });
  // Postgres takes 65,535 parameters.
  for (let from = 0; from < count; from += 1_000) {
    await db.insert(auditEventsTable).values(rows.slice(from, from + 1_000));
  }
}

/** An empty trail with `count` records, chained. */
export async function chainOf(keys: AuditMacKeys, count: number): Promise<void> {
  await emptyTrail();
  await writeRecords(count);
  let chained: number;
  do {
    chained = await chainAuditEvents(keys);
  } while (chained > 0);
}
