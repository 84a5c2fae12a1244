import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRotationKind } from "@/contracts/vault";
import { type AppServer, startAppServer } from "../support/app-server";
import { freePort } from "../support/real-postgres";
import {
  Conversation,
  type KeyHolder,
  keysArrivedFor,
  sayWithOwnKey,
  someoneWithAKey,
  wrongTurns,
} from "./support/chatting-people";
import { emptyDatabase } from "./support/database";
import {
  newEncryptionKey,
  newInstallation,
  type Settings,
  SOON,
  sqlIn,
  statusOf,
} from "./support/installation";

const PEOPLE = 6;
const SECRETS = 2;
/**
 * Slow enough that people send messages during it and a server can be killed midway: each kind takes some
 * seconds.
 */
const ROWS_PER_SECOND = 2;
const [first, second] = [newEncryptionKey(), newEncryptionKey()];

let settings: Settings;
let servers: [left: AppServer, right: AppServer];
let operator: KeyHolder;
let people: KeyHolder[];

beforeAll(async () => {
  const port = await freePort();
  settings = {
    ...newInstallation({ DATABASE_URL: await emptyDatabase() }),
    ENCRYPTION_KEYS: `k1:${first}`,
    // The same for both, as behind a load balancer.
    APP_URL: `http://127.0.0.1:${port}`,
  };
  const before = await startAppServer(settings, { port });
  const newcomer = () => someoneWithAKey(before.url, settings, "answers-late");
  operator = await newcomer();
  people = [operator, ...(await Promise.all(Array.from({ length: PEOPLE - 1 }, newcomer)))];
  for (const { person, projectId } of people.slice(0, SECRETS)) {
    await person.call("POST", `/api/v1/projects/${projectId}/secrets`, { name: "TOKEN", value: "hunter2" });
  }
  await before.stop();
  // The new key first, to rotate to.
  settings = { ...settings, ENCRYPTION_KEYS: `k2:${second},k1:${first}` };
  servers = await Promise.all([serverCalled("left"), serverCalled("right")]);
  await noteWhoWorks();
}, 300_000);

afterAll(() => Promise.all((servers ?? []).map((server) => server.stop())));

/** @param name the application name of its Postgres connections */
function serverCalled(name: string): Promise<AppServer> {
  return startAppServer({ ...settings, PGAPPNAME: name });
}

const sql = <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
  sqlIn<Row>(settings["DATABASE_URL"] ?? "", text, values);

/** Keeps for each rotation the names of the servers that made progress with it. */
async function noteWhoWorks(): Promise<void> {
  await sql(`
    create table worked_on (rotation uuid, server text, primary key (rotation, server));
    create function note_who_works() returns trigger language plpgsql as $$
    begin
      insert into worked_on values (new.id, current_setting('application_name')) on conflict do nothing;
      return null;
    end $$;
    create trigger note_who_works after update of done on key_rotations
      for each row when (new.done > old.done) execute function note_who_works()`);
}

async function workersOn(rotation: string): Promise<string[]> {
  const rows = await sql<{ server: string }>(
    "select server from worked_on where rotation = $1 order by server",
    [rotation],
  );
  return rows.map(({ server }) => server);
}

function order(server: AppServer, kind: KeyRotationKind) {
  const body = { kind, rowsPerSecond: ROWS_PER_SECOND };
  return operator.person.at(server.url).call("POST", "/api/v1/operator/vault/rotations", body);
}

/** The rotation as it ended, seen through one of the servers. */
async function ended(id: string, through: AppServer) {
  const find = async () =>
    (await statusOf(operator.person.at(through.url))).history.find((rotation) => rotation.id === id);
  await expect.poll(async () => (await find())?.state, SOON).toBe("completed");
  return find();
}

/** Whatever was rotated: everything is there once, under keys that may be used, and the trail is whole. */
async function expectWhole(through: AppServer): Promise<void> {
  const person = operator.person.at(through.url);
  expect((await statusOf(person)).columns.slice(0, 2)).toMatchObject([
    { total: PEOPLE, current: PEOPLE, outdated: 0, earlierFormats: 0, unreadable: 0 },
    { total: SECRETS, current: SECRETS, outdated: 0, earlierFormats: 0, unreadable: 0 },
  ]);
  const pending = async () => (await statusOf(person)).audit.pending;
  await expect.poll(pending, SOON).toBe(0);
  const audit = await person.call("POST", "/api/v1/operator/vault/audit-verifications", {});
  expect(audit.body).toMatchObject({ ok: true, problems: [] });
  expect(audit.body.records).toBeGreaterThan(PEOPLE);
}

/**
 * Each owner has one active data key, and it has sealed as many values as the owner has. A value sealed twice
 * would show.
 */
async function expectExactSeals(): Promise<void> {
  const keys = await sql(
    "select owner_kind, owner_id, seals::int from data_keys where state = 'active' and owner_kind <> 'system' order by owner_kind, owner_id",
  );
  const values = await sql(`
    select 'user' as owner_kind, user_id as owner_id, count(*)::int as seals from user_ai_api_keys group by user_id
    union all select 'project', project_id::text, count(*)::int from project_secrets group by project_id
    order by 1, 2`);
  expect(values).toHaveLength(PEOPLE + SECRETS);
  expect(keys).toEqual(values);
}

describe("two servers on one database, both ordered to do the same at the same time", () => {
  let chat: Conversation;
  beforeAll(() => {
    chat = new Conversation(people, [servers[0].url, servers[1].url]);
  });

  test.each(["key_encryption_key", "data_keys", "verify"] as const)(
    "%s: done once, while everybody chats through both",
    async (kind) => {
      const spoken = chat.turns.length;
      const answers = await Promise.all(servers.map((server) => order(server, kind)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(answers.filter(({ body }) => body.alreadyRunning)).toHaveLength(1);
      const { id } = answers[0]?.body ?? {};
      expect(await ended(id, servers[1])).toMatchObject({ kind, unreadable: 0, lastError: null });
      // Some messages were answered meanwhile, or the test would show nothing; and each person gets answers.
      expect(chat.turns.length).toBeGreaterThan(spoken);
      await expect.poll(() => chat.turns.length, SOON).toBeGreaterThan(spoken + PEOPLE);
      expect(await workersOn(id)).toHaveLength(1);
      await expectWhole(servers[0]);
      if (kind === "data_keys") await expectExactSeals();
    },
  );

  test("no request was refused, and each key was used only for its own person", async () => {
    await chat.stop();
    expect(chat.cutOff).toEqual([]);
    expect(await wrongTurns(chat.turns)).toEqual([]);
    expect(new Set(chat.turns.map(({ key }) => key)).size).toBe(PEOPLE);
  });

  test("one rotation a kind, with one record of its beginning and one of its end", async () => {
    expect(await sql("select kind, state from key_rotations order by started_at")).toEqual(
      ["key_encryption_key", "data_keys", "verify"].map((kind) => ({ kind, state: "completed" })),
    );
    expect(
      await sql(
        "select action, count(*)::int as n from audit_events where action like 'key_rotation.%' group by action order by action",
      ),
    ).toEqual([
      { action: "key_rotation.completed", n: 3 },
      { action: "key_rotation.started", n: 3 },
    ]);
  });
});

describe("one of two servers is killed in the middle of a rotation", () => {
  test("the other one finishes it, and those who chat through it notice nothing", async () => {
    const [ofLeft, ofRight] = [people.slice(0, PEOPLE / 2), people.slice(PEOPLE / 2)];
    const left = { server: servers[0], people: ofLeft, chat: new Conversation(ofLeft, [servers[0].url]) };
    const right = { server: servers[1], people: ofRight, chat: new Conversation(ofRight, [servers[1].url]) };
    for (const { chat } of [left, right]) {
      await expect.poll(() => chat.turns.length, SOON).toBeGreaterThan(0);
    }
    const { body } = await order(left.server, "data_keys");
    await expect.poll(async () => (await workersOn(body.id)).length, SOON).toBe(1);
    const leftWorks = (await workersOn(body.id))[0] === "left";
    const [killed, living] = leftWorks ? [left, right] : [right, left];
    expect((await statusOf(operator.person.at(living.server.url))).running).toMatchObject({ id: body.id });

    await killed.server.kill();
    await expect.poll(() => killed.chat.cutOff.length, SOON).toBe(PEOPLE / 2);
    await killed.chat.stop();
    const replacement = await serverCalled("replacement");
    servers = [living.server, replacement];

    // The people of the killed server, where a load balancer sends them now.
    const elsewhere = new Conversation(killed.people, [replacement.url, living.server.url]);
    expect(await ended(body.id, living.server)).toMatchObject({ kind: "data_keys", unreadable: 0 });
    await Promise.all([living.chat.stop(), elsewhere.stop()]);
    expect(await workersOn(body.id)).toHaveLength(2);

    expect([...living.chat.cutOff, ...elsewhere.cutOff]).toEqual([]);
    expect(await wrongTurns([...living.chat.turns, ...killed.chat.turns, ...elsewhere.turns])).toEqual([]);
    expect(new Set(elsewhere.turns.map(({ key }) => key)).size).toBe(PEOPLE / 2);
    // Interrupted messages arrived with their own person's key, or not at all.
    const arrived = await keysArrivedFor(killed.chat.cutOff);
    const others = arrived.map((keys, index) => keys.filter((key) => key !== killed.chat.cutOff[index]?.key));
    expect(others.flat()).toEqual([]);
    await expectExactSeals();
    await expectWhole(replacement);
    expect(
      await wrongTurns(await Promise.all(people.map((someone) => sayWithOwnKey(someone, replacement.url)))),
    ).toEqual([]);
  }, 300_000);
});
