import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import { seedDataDir } from "../support/embedded-template";
import { Conversation, type KeyHolder, someoneWithAKey } from "./support/chatting-people";
import { emptyDatabase } from "./support/database";
import { newInstallation, type Settings, SOON, sqlIn } from "./support/installation";
import { standIn } from "./support/stand-in";
import { vaultCommand } from "./support/vault-command";

const PEOPLE = 4;
/**
 * Messages before the end, so that some records are written, some are chained, and some still wait in memory.
 */
const SPOKEN = 20;

const OPENED =
  "select actor_id, count(*)::int as n from audit_events where action = 'value.opened' group by actor_id";
const UNCHAINED = "select 1 from audit_events where seq is null";

interface Kind {
  settings: Settings;
  /** Queries the database of a server that has ended. */
  sql: <Row extends Record<string, unknown>>(text: string) => Promise<Row[]>;
}

const folder = mkdtempSync(path.join(tmpdir(), "orchestral-shutdown-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kinds: Record<string, () => Promise<Kind>> = {
  Postgres: async () => {
    const url = await emptyDatabase();
    return { settings: newInstallation({ DATABASE_URL: url }), sql: (text) => sqlIn(url, text) };
  },
  "the embedded database": async () => {
    const dataDir = path.join(folder, "data");
    await seedDataDir(dataDir);
    return {
      settings: newInstallation({ DATA_DIR: dataDir }),
      sql: async <Row extends Record<string, unknown>>(text: string) => {
        const database = await PGlite.create(path.join(dataDir, "pglite"));
        try {
          return (await database.query<Row>(text)).rows;
        } finally {
          await database.close();
        }
      },
    };
  },
};

/** People whose keys arrived at the provider more often than the trail records openings. */
async function withoutRecord(people: readonly KeyHolder[], sql: Kind["sql"]) {
  const rows = await sql<{ actor_id: string; n: number }>(OPENED);
  const opened = new Map(rows.map(({ actor_id, n }) => [actor_id, n]));
  // Also what arrived there and was never answered, because the server was gone.
  const { entries } = await standIn.journal({ bodies: false });
  return people.flatMap(({ person, key }) => {
    const arrived = entries.filter(({ apiKey }) => apiKey === key).length;
    const records = opened.get(person.userId) ?? 0;
    return arrived > 0 && records >= arrived ? [] : [{ arrived, records }];
  });
}

async function peopleWhoChat(
  server: AppServer,
  settings: Settings,
): Promise<{ people: KeyHolder[]; chat: Conversation }> {
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, () => someoneWithAKey(server.url, settings)),
  );
  const chat = new Conversation(people, [server.url]);
  await expect.poll(() => chat.turns.length, SOON).toBeGreaterThan(SPOKEN);
  await expect.poll(() => new Set(chat.turns.map(({ key }) => key)).size, SOON).toBe(PEOPLE);
  return { people, chat };
}

describe.each(Object.keys(kinds))("a server on %s that is asked to end while people chat", (name) => {
  test("loses no record of a key that was opened, and leaves a whole trail", async () => {
    const { settings, sql } = (await kinds[name]?.()) ?? {};
    if (!settings || !sql) throw new Error(`no such kind: ${name}`);
    const server = await startAppServer(settings);
    const { people, chat } = await peopleWhoChat(server, settings);
    await server.stop();
    // Each person was in the middle of a message, or about to send one.
    await expect.poll(() => chat.cutOff.length, SOON).toBe(PEOPLE);
    await chat.stop();
    expect(await withoutRecord(people, sql)).toEqual([]);
    expect(await sql(UNCHAINED)).toEqual([]);

    const audit = await vaultCommand(["verify-audit"], settings);
    expect(audit).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(" records checked, 0 not chained yet"),
    });
  }, 300_000);
});

describe("a server that is asked to end while its records cannot be chained", () => {
  test("writes them all the same, and the next start chains them", async () => {
    const url = await emptyDatabase();
    const settings = newInstallation({ DATABASE_URL: url });
    const sql: Kind["sql"] = (text) => sqlIn(url, text);
    const server = await startAppServer(settings);
    const { people, chat } = await peopleWhoChat(server, settings);
    // Like another server that hangs while chaining.
    const hanging = new Client({ connectionString: url });
    await hanging.connect();
    await hanging.query("begin; select 1 from audit_chain for update");
    await server.stop();
    await chat.stop();
    expect(await withoutRecord(people, sql)).toEqual([]);
    expect(await sql(UNCHAINED)).not.toEqual([]);
    await hanging.end();

    const next = await startAppServer(settings);
    await expect.poll(() => sql(UNCHAINED), SOON).toEqual([]);
    await next.stop();
    expect(await vaultCommand(["verify-audit"], settings)).toMatchObject({ code: 0 });
  }, 300_000);
});
