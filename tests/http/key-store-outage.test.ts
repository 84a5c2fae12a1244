import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalVault, startLocalVault } from "../key-stores/local-vault";
import { type AppServer, startAppServer } from "../support/app-server";
import type { HttpPerson } from "../support/http-person";
import {
  Conversation,
  type KeyHolder,
  keysArrivedFor,
  sayWithOwnKey,
  someoneWithAKey,
  wrongTurns,
} from "./support/chatting-people";
import { emptyDatabase } from "./support/database";
import { newInstallation, personOf, type Settings, SOON, sqlIn, statusOf } from "./support/installation";
import { newKey } from "./support/stand-in";
import { startTcpGate, type TcpGate } from "./support/tcp-gate";
import { vaultCommand } from "./support/vault-command";

let store: LocalVault;
let gate: TcpGate;
let settings: Settings;
let server: AppServer;
/** The first account, which operates the installation. */
let operator: KeyHolder;
let other: KeyHolder;

beforeAll(async () => {
  store = await startLocalVault();
  gate = await startTcpGate(Number(new URL(store.origin).port));
  settings = {
    ...newInstallation({ DATABASE_URL: await emptyDatabase() }),
    ENCRYPTION_KEYS: "",
    KEY_ENCRYPTION_KEYS: `transit=vault-transit:http://127.0.0.1:${gate.port}/${store.mount}/${store.keyName}`,
    VAULT_TOKEN: store.token,
  };
  const before = await startAppServer(settings);
  operator = await someoneWithAKey(before.url, settings);
  other = await someoneWithAKey(before.url, settings);
  await before.stop();
  await gate.shut();
  server = await startAppServer(settings);
  [operator, other] = [operator, other].map((each) => ({ ...each, person: each.person.at(server.url) })) as [
    KeyHolder,
    KeyHolder,
  ];
  await Promise.all([operator, other].map(({ person }) => person.refreshToken()));
});

afterAll(async () => {
  await server?.stop();
  await gate?.shut();
  await store?.close();
});

const sql = (text: string) => sqlIn(settings["DATABASE_URL"] ?? "", text);
const keyStates = async ({ person }: KeyHolder): Promise<string[]> =>
  (await person.call("GET", "/api/v1/user/ai-keys")).body.keys.map(
    ({ status }: { status: string }) => status,
  );

/**
 * The result of a message with a personal key: the refusal, the requests sent, and the health
 * and marks stored for the key.
 */
async function attempt(someone: KeyHolder) {
  const turn = await sayWithOwnKey(someone);
  const { code, message } = turn.answer.error ?? {};
  const [arrived] = await keysArrivedFor([turn]);
  return { code, message, arrived, keyStates: await keyStates(someone) };
}

const NOTHING_SENT = {
  code: "key_store_unavailable",
  message:
    "The key store of this server does not answer, so your key could not be read. Nothing was sent and your key is unchanged. Try again in a minute.",
  arrived: [],
  keyStates: ["ok"],
};

/** The result of saving a key: the answer, and what is stored before and after. */
async function save(person: HttpPerson) {
  const before = await vaultTables();
  const body = { provider: "openai", apiKey: await newKey() };
  const answer = await person.call("POST", "/api/v1/user/ai-keys", body);
  const after = await vaultTables();
  return {
    status: answer.status,
    body: answer.body,
    storedNothing: JSON.stringify(before) === JSON.stringify(after),
  };
}

const NOTHING_SAVED = {
  status: 503,
  body: {
    error: "The key store of this server does not answer, so nothing was saved. Try again in a minute.",
    code: "key_store_unavailable",
    action: "retry",
  },
  storedNothing: true,
};

function vaultTables() {
  return Promise.all([
    sql("select id, api_key, last4 from user_ai_api_keys order by id"),
    sql("select id, wrapped, seals from data_keys order by id"),
  ]);
}

describe("a server that starts while its key store is down", () => {
  test("is healthy, and its platform key works", async () => {
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    const { person, projectId } = operator;
    expect(await person.chat({ projectId, text: "say: hello", keyProvider: "platform" })).toMatchObject({
      status: 200,
      text: "hello",
      error: null,
    });
  });

  test("refuses personal keys, sends nothing, and does not call them unreadable", async () => {
    expect(await attempt(operator)).toEqual(NOTHING_SENT);
    expect(await attempt(other)).toEqual(NOTHING_SENT);
  });

  test("saves no key", async () => {
    expect(await save(operator.person)).toEqual(NOTHING_SAVED);
    // A person without a data key, who would need a new one.
    expect(await save(await personOf(settings, server.url))).toEqual(NOTHING_SAVED);
  });

  test("says so to its operator", async () => {
    const { body } = await operator.person.call("GET", "/api/v1/operator/vault/findings");
    expect(body.findings).toEqual([
      {
        severity: "error",
        sentence: expect.stringMatching(/^The key store of key "transit" cannot be reached \(ECONNREFUSED\)/),
      },
    ]);
  });

  test("needs no restart when the store is back", async () => {
    await gate.open();
    expect(
      await wrongTurns(await Promise.all([operator, other].map((someone) => sayWithOwnKey(someone)))),
    ).toEqual([]);
  });
});

describe("a key store that goes down", () => {
  test("does not affect people whose data key is in memory", async () => {
    await gate.shut();
    expect(
      await wrongTurns(await Promise.all([operator, other].map((someone) => sayWithOwnKey(someone)))),
    ).toEqual([]);
  });

  test("makes a rotation wait, and it resumes automatically", async () => {
    const chat = new Conversation([operator, other], [server.url]);
    const body = { kind: "data_keys" };
    const started = await operator.person.call("POST", "/api/v1/operator/vault/rotations", body);
    expect(started).toMatchObject({ status: 200, body: { alreadyRunning: false } });
    const running = async () => (await statusOf(operator.person)).running;
    await expect.poll(running, SOON).toMatchObject({
      state: "running",
      lastError: expect.stringMatching(/^The key store of key "transit" cannot be reached \(ECONNREFUSED\)/),
    });
    const waiting = await statusOf(operator.person);
    expect(waiting.dataKeys.unreadable).toBe(0);
    expect(waiting.columns.slice(0, 2)).toMatchObject([
      { total: 2, outdated: 2, unreadable: 0 },
      { total: 0 },
    ]);
    // The old data keys may no longer seal, and a new one cannot be wrapped.
    expect(await save(operator.person)).toEqual(NOTHING_SAVED);

    await gate.open();
    const latest = async () => (await statusOf(operator.person)).history[0];
    await expect.poll(latest, SOON).toMatchObject({ state: "completed", unreadable: 0, lastError: null });
    expect((await statusOf(operator.person)).columns.slice(0, 2)).toMatchObject([
      { total: 2, current: 2, unreadable: 0 },
      {},
    ]);
    const during = chat.turns.length;
    await expect.poll(() => chat.turns.length, SOON).toBeGreaterThan(during + 2);
    await chat.stop();
    expect(chat.cutOff).toEqual([]);
    expect(await wrongTurns(chat.turns)).toEqual([]);
  });
});

describe("a key that is disabled in its store", () => {
  let newcomer: KeyHolder;
  beforeAll(async () => {
    // Saved, and not opened yet: the data key is not in memory.
    newcomer = await someoneWithAKey(server.url, settings);
    store.trouble = "disabled";
  });
  afterAll(() => {
    store.trouble = null;
  });

  test("opens nothing, and marks nothing it wraps as unreadable", async () => {
    expect(await attempt(newcomer)).toEqual(NOTHING_SENT);
    expect(await save(await personOf(settings, server.url))).toEqual(NOTHING_SAVED);
    const { columns, dataKeys } = await statusOf(operator.person);
    expect([columns[0]?.unreadable, dataKeys.unreadable]).toEqual([0, 0]);
  });

  test("is reported by the doctor, also in the exit code", async () => {
    const { code, stdout } = await vaultCommand(["doctor"], settings);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(
        /^ {2}Error {10}The key store of key "transit" refuses it \(HTTP 400\); enable the key/m,
      ),
    ]);
    expect(stdout).not.toContain(store.token);
  });

  test("opens everything again when it is enabled", async () => {
    store.trouble = null;
    expect(await wrongTurns([await sayWithOwnKey(newcomer)])).toEqual([]);
  });
});
