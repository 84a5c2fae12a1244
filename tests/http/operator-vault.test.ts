import { randomUUID } from "node:crypto";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { KeyEncryptionKeySummary, KeyRotationSummary, VaultStatus } from "@/contracts/vault";
import { type AppServer, startAppServer } from "../support/app-server";
import { type HttpAnswer, HttpPerson } from "../support/http-person";
import { personWithSealedValues, ringEntry } from "../support/vault-people";
import { routeTable, UNUSED_KEY_ID } from "./support/api-routes";
import { emptyDatabase } from "./support/database";
import "./support/refusal-matchers";

/* Uses a separate product: the operator's actions here affect all stored values. */

const VAULT = "/api/v1/operator/vault";
const ROTATIONS = `${VAULT}/rotations`;
const RETIREMENTS = `${VAULT}/retirements`;
const VERIFICATIONS = `${VAULT}/audit-verifications`;
/** A rate so low that a rotation lasts until it is cancelled. */
const SLOWLY = { rowsPerSecond: 1 };
const SOON = { timeout: 60_000, interval: 50 };

const [k1, k2] = [ringEntry("k1"), ringEntry("k2")];
let databaseUrl: string;
let pool: Pool;
let server: AppServer;
let operator: HttpPerson;
let people: HttpPerson[];

/** @param env beyond the product's own, without the operators of the shared product */
function serve(env: Record<string, string>, options?: { port: number }): Promise<AppServer> {
  return startAppServer(
    { ...inject("productEnvironment"), OPERATOR_EMAILS: "", DATABASE_URL: databaseUrl, ...env },
    options,
  );
}

beforeAll(async () => {
  databaseUrl = await emptyDatabase();
  pool = new Pool({ connectionString: databaseUrl, max: 2 });
  server = await serve({ ENCRYPTION_KEYS: `${k1},${ringEntry(UNUSED_KEY_ID)}` });
  const installation = { ...inject("productEnvironment"), DATABASE_URL: databaseUrl };
  const join = (name: string) => personWithSealedValues(server.url, name, installation);
  operator = await join("Olive Operator");
  people = await Promise.all(["Ada", "Grace", "Edsger"].map(join));
});
afterAll(async () => {
  await server?.stop();
  await pool?.end();
});

async function sql<Row extends Record<string, unknown>>(
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await pool.query<Row>(text, values)).rows;
}

async function statusOf(person = operator): Promise<VaultStatus> {
  const answer = await person.call("GET", VAULT);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return answer.body;
}

async function start(order: Record<string, unknown>): Promise<string> {
  const answer = await operator.call("POST", ROTATIONS, order);
  expect({ status: answer.status, body: answer.body }).toEqual({
    status: 200,
    body: { id: expect.any(String), alreadyRunning: false },
  });
  return answer.body.id;
}

async function untilFinished(id: string): Promise<KeyRotationSummary> {
  const find = async () => (await statusOf()).history.find((rotation) => rotation.id === id);
  await expect.poll(async () => (await find())?.state, SOON).toBe("completed");
  const rotation = await find();
  if (!rotation) throw new Error("a rotation that was finished is gone");
  return rotation;
}

const run = async (order: Record<string, unknown>) => untilFinished(await start(order));
const verify = (body: Record<string, unknown>): Promise<HttpAnswer> =>
  operator.call("POST", VERIFICATIONS, body);
const retire = (id: unknown): Promise<HttpAnswer> => operator.call("POST", RETIREMENTS, { id });
const cancel = (id: string): Promise<HttpAnswer> => operator.call("DELETE", `${ROTATIONS}/${id}`);

const page = (cookie: string): Promise<Response> =>
  fetch(`${server.url}/settings/vault`, { headers: { cookie }, redirect: "manual" });

async function keyOf(id: string): Promise<KeyEncryptionKeySummary | undefined> {
  return (await statusOf()).keyEncryptionKeys.find((key) => key.id === id);
}

/** How many values of each column that has some are marked "needs re-entry". */
async function unreadable(): Promise<number[]> {
  return (await statusOf()).columns.filter(({ total }) => total > 0).map((column) => column.unreadable);
}

/** Everything that a rotation could touch, as stored. */
async function everythingSealed() {
  return {
    keys: await sql("select id, api_key, fingerprint, unreadable_since from user_ai_api_keys order by id"),
    secrets: await sql("select id, value, unreadable_since from project_secrets order by id"),
    dataKeys: await sql("select id, state, wrapped from data_keys where owner_kind <> 'system' order by id"),
  };
}

async function auditActions(objectId: string): Promise<unknown[]> {
  return sql("select action, actor_id from audit_events where object_id = $1 order by at", [objectId]);
}

describe("who operates", () => {
  test("the person who created the first account, and no other", async () => {
    expect((await operator.call("GET", VAULT)).status).toBe(200);
    for (const person of people) {
      expect(await person.call("GET", VAULT)).toBeRefused({ status: 404, code: "not_found" });
    }
  });

  test("or the people OPERATOR_EMAILS lists, in any spelling, and then not the first account", async () => {
    const [ada, grace] = people as [HttpPerson, HttpPerson];
    const other = await serve({
      ENCRYPTION_KEYS: k1,
      OPERATOR_EMAILS: ` ${ada.email.toUpperCase()} , somebody@example.com`,
    });
    try {
      const ask = async ({ cookie }: HttpPerson, path = VAULT) =>
        (await fetch(other.url + path, { headers: { cookie } })).status;
      expect(await ask(ada)).toBe(200);
      expect([await ask(grace), await ask(operator)]).toEqual([404, 404]);
      expect([await ask(ada, "/settings/vault"), await ask(operator, "/settings/vault")]).toEqual([200, 404]);
    } finally {
      await other.stop();
    }
  });

  test("the page is a 404 for everybody else, and asks to sign in first", async () => {
    const [forOperator, forAda, forNobody] = [
      await page(operator.cookie),
      await page(people[0]?.cookie ?? ""),
      await page(""),
    ];
    expect([forOperator.status, forAda.status, forNobody.status]).toEqual([200, 404, 307]);
    expect(forNobody.headers.get("location")).toBe("/sign-in?next=%2Fsettings%2Fvault");
    expect(await forOperator.text()).toContain("Key-encryption keys");
    expect(await forAda.text()).not.toMatch(/Key-encryption keys|k1|audit/i);
  });
});

test("every call of the route table succeeds for an operator", async () => {
  // Those for people and invitations are called in tests/routes/operator-people.test.ts.
  const ofVault = routeTable().filter(({ pattern }) => pattern.startsWith(VAULT));
  for (const { method, name, call } of ofVault) {
    const rotationId = method === "DELETE" ? await start({ kind: "verify", ...SLOWLY }) : "";
    const { path, body } = call({ projectId: "", threadId: "", rotationId });
    const answer = await operator.call(method, path, body);
    expect({ name, status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    if (answer.body.id) await untilFinished(answer.body.id);
  }
});

test("the status counts what people saved, and holds none of it", async () => {
  const answer = await operator.call("GET", VAULT);
  const status: VaultStatus = answer.body;
  expect(status.keyEncryptionKeys).toEqual([
    // Four people, four projects, the audit trail.
    { id: "k1", store: "environment", current: true, retired: false, dataKeys: 9, values: 0 },
    { id: UNUSED_KEY_ID, store: "environment", current: false, retired: true, dataKeys: 0, values: 0 },
  ]);
  expect(status.dataKeys).toEqual({ active: 9, decryptOnly: 0, destroyed: 0, unreadable: 0 });
  expect(status.columns.filter(({ total }) => total > 0)).toEqual(
    ["user_ai_api_keys.api_key", "project_secrets.value"].map((name) => ({
      name,
      total: 4,
      current: 4,
      outdated: 0,
      earlierFormats: 0,
      unreadable: 0,
    })),
  );
  expect(status.nonceBudget.mostSeals).toBeGreaterThan(0);
  expect(status.audit.records + status.audit.pending).toBeGreaterThan(0);
  const sealed = await sql<{ api_key: string }>("select api_key from user_ai_api_keys");
  const wrapped = await sql<{ wrapped: string }>("select wrapped from data_keys");
  expect(sealed.length + wrapped.length).toBe(13);
  for (const secret of [
    ...sealed.map((row) => row.api_key),
    ...wrapped.map((row) => row.wrapped),
    k1.slice(3),
  ]) {
    expect(answer.text).not.toContain(secret);
  }
});

describe("rotations", () => {
  test("of the data keys give everybody a new one, and every value still opens", async () => {
    const before = await everythingSealed();
    const rotation = await run({ kind: "data_keys" });
    expect(rotation).toMatchObject({
      kind: "data_keys",
      dryRun: false,
      unreadable: 0,
      startedBy: operator.userId,
      lastError: null,
    });
    const after = await everythingSealed();
    expect(after.keys.map(({ id }) => id)).toEqual(before.keys.map(({ id }) => id));
    for (const [index, row] of after.keys.entries())
      expect(row["api_key"]).not.toBe(before.keys[index]?.["api_key"]);
    for (const [index, row] of after.secrets.entries())
      expect(row["value"]).not.toEqual(before.secrets[index]?.["value"]);
    const status = await statusOf();
    expect(status.running).toBeNull();
    expect(status.columns.map(({ current }) => current).filter(Boolean)).toEqual([4, 4]);
    expect(status.dataKeys.destroyed).toBe(8);
    expect(await run({ kind: "verify" })).toMatchObject({ unreadable: 0 });
    expect(await auditActions(rotation.id)).toEqual([
      { action: "key_rotation.started", actor_id: operator.userId },
      { action: "key_rotation.completed", actor_id: "system:rotation" },
    ]);
  });

  test.each(["data_keys", "key_encryption_key", "verify"])("a dry run (%s) writes nothing", async (kind) => {
    const before = await everythingSealed();
    const rotation = await run({ kind, dryRun: true });
    expect(rotation.done).toBeGreaterThan(0);
    expect(await everythingSealed()).toEqual(before);
  });

  test("a verification marks what cannot be opened, its owner is notified, and saving it again removes the mark", async () => {
    const ada = people[0] as HttpPerson;
    const key = "sk-ant-api03-damaged-and-pasted-again";
    await sql("update user_ai_api_keys set api_key = left(api_key, -8) || 'AAAAAAAA' where user_id = $1", [
      ada.userId,
    ]);
    expect(await run({ kind: "verify" })).toMatchObject({ unreadable: 1 });
    expect(await unreadable()).toEqual([1, 0]);
    const keyStatus = async () => (await ada.call("GET", "/api/v1/user/ai-keys")).body.keys[0].status;
    expect(await keyStatus()).not.toBe("ok");
    await ada.saveKey(key);
    expect(await keyStatus()).toBe("ok");
    expect(await unreadable()).toEqual([0, 0]);
  });

  test("run one at a time: the same again is the same one, another is refused; cancelled, it ends where it is", async () => {
    const order = { kind: "data_keys", ...SLOWLY };
    const id = await start(order);
    expect((await statusOf()).running).toMatchObject({ id, state: "running", rowsPerSecondLimit: 1 });
    expect((await operator.call("POST", ROTATIONS, order)).body).toEqual({ id, alreadyRunning: true });
    for (const other of [{ kind: "verify" }, { kind: "data_keys", dryRun: true }]) {
      expect(await operator.call("POST", ROTATIONS, other)).toBeRefused({ status: 409, code: "conflict" });
    }
    expect(await retire(UNUSED_KEY_ID)).toBeRefused({
      status: 409,
      code: "conflict",
    });
    expect((await cancel(id)).body).toEqual({ success: true });
    const { running, history } = await statusOf();
    expect(running).toBeNull();
    expect(history[0]).toMatchObject({ id, state: "cancelled", finishedAt: expect.any(String) });
    expect(await cancel(id)).toBeRefused({ status: 404, code: "not_found" });
    // Finishes the rest, and leaves nothing for the following tests.
    expect(await run({ kind: "data_keys" })).toMatchObject({ unreadable: 0 });
  });

  test.each(["1", "null", randomUUID(), "%00", "x".repeat(3000), "' or '1'='1"])(
    "an id of no running rotation answers 404: %s",
    async (id) => {
      expect(await cancel(id.startsWith("%") ? id : encodeURIComponent(id))).toBeRefused({
        status: 404,
        code: "not_found",
      });
    },
  );

  test.each([
    {},
    { kind: "everything" },
    { kind: "verify", dryRun: "yes" },
    { kind: "verify", rowsPerSecond: 0 },
    { kind: "verify", rowsPerSecond: 1.5 },
    { kind: "verify", rowsPerSecond: 1_000_001 },
    { kind: "verify", rowsPerSecond: "10" },
    { kind: "verify", keyEncryptionKeyId: "k1" },
  ])("what was not understood starts nothing: %j", async (order) => {
    const before = await statusOf();
    expect(await operator.call("POST", ROTATIONS, order)).toBeRefused({
      status: 400,
      code: "invalid_request",
    });
    expect((await statusOf()).history).toEqual(before.history);
  });
});

describe("retiring a key-encryption key", () => {
  test("refuses an unknown id: it may be a typing mistake", async () => {
    expect(await retire("k11")).toBeRefused({ status: 404, code: "not_found" });
  });

  test.each(["", "K1", "a b", "x".repeat(33), "k1\n", 1])("refuses an invalid id: %j", async (id) => {
    expect(await retire(id)).toBeRefused({
      status: 400,
      code: "invalid_request",
    });
  });

  test("is refused while anything needs it, and takes it out of use after a rotation", async () => {
    expect(await retire("k1")).toBeRefused({ status: 409, code: "conflict" });
    await server.stop();
    server = await serve({ ENCRYPTION_KEYS: `${k2},${k1}` }, { port: Number(new URL(server.url).port) });
    expect(await keyOf("k1")).toMatchObject({ current: false, retired: false, store: "environment" });
    const refused = await retire("k1");
    expect(refused).toBeRefused({ status: 409, code: "conflict" });
    expect(refused.body.error).toMatch(/still needed by \d+ data keys and 0 values/);

    expect(await run({ kind: "key_encryption_key" })).toMatchObject({
      unreadable: 0,
      keyEncryptionKeyId: "k2",
    });
    expect(await keyOf("k1")).toMatchObject({ dataKeys: 0, values: 0 });
    expect((await retire("k1")).body).toEqual({ success: true });
    expect((await retire("k1")).body).toEqual({ success: true });
    expect(await keyOf("k1")).toMatchObject({ retired: true });
    expect(await keyOf("k2")).toMatchObject({ current: true });
    expect(await auditActions("k1")).toEqual([
      { action: "key_encryption_key.retired", actor_id: operator.userId },
    ]);
  });
});

test("the check of the key stores tells what is left to do", async () => {
  const { findings } = (await operator.call("GET", `${VAULT}/findings`)).body;
  expect(findings).toEqual([
    { severity: "warning", sentence: 'Key "k1" is retired. Take it out of the configuration.' },
  ]);
});

describe("the audit trail", () => {
  test("is verified from end to end, also against a head noted earlier", async () => {
    await expect.poll(async () => (await statusOf()).audit.pending, SOON).toBe(0);
    const { head, records } = (await statusOf()).audit;
    expect((await verify({})).body).toMatchObject({ ok: true, problemCount: 0, problems: [] });
    const again = await verify({ expectedHead: head });
    expect(again.body).toMatchObject({ ok: true });
    expect(again.body.records).toBeGreaterThanOrEqual(records);
  });

  test("that does not contain the noted head is reported as cut off", async () => {
    const { body } = await verify({ expectedHead: { seq: 2, mac: "0".repeat(64) } });
    expect(body).toMatchObject({
      ok: false,
      problemCount: 1,
      problems: [
        { seq: 2, kind: "cut_off", sentence: expect.stringMatching(/^The end that was noted .+\.$/) },
      ],
    });
  });

  test.each([
    { expectedHead: null },
    { expectedHead: {} },
    { expectedHead: { seq: 0, mac: "0".repeat(64) } },
    { expectedHead: { seq: 1.5, mac: "0".repeat(64) } },
    { expectedHead: { seq: 2 ** 60, mac: "0".repeat(64) } },
    { expectedHead: { seq: "1", mac: "0".repeat(64) } },
    { expectedHead: { seq: 1, mac: "0".repeat(63) } },
    { expectedHead: { seq: 1, mac: "g".repeat(64) } },
    { expectedHead: { seq: 1, mac: "0".repeat(64), id: "x" } },
    { head: { seq: 1, mac: "0".repeat(64) } },
  ])("is not verified against what cannot be an end: %j", async (body) => {
    expect(await verify(body)).toBeRefused({ status: 400, code: "invalid_request" });
  });
});
