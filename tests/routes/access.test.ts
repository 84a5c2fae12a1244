import { createHmac, randomUUID } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ANTHROPIC_ADMIN_DEMO_KEY } from "../../demo/stand-in/dialects/anthropic/demo-keys";
import {
  FILE_PATH,
  otherRouteFiles,
  REPLACEMENT_KEY,
  type RouteIds,
  routeTable,
  rowNames,
  SECRET_NAME,
  WEBHOOK_ADDRESS,
} from "../http/support/api-routes";
import { sql } from "../http/support/database";
import { everythingOf } from "../http/support/everything-of";
import { arrivedUpstream, newKey, standIn } from "../http/support/stand-in";
import { storeCompaction } from "../http/support/store-compaction";
import { storeLimits } from "../http/support/store-limits";
import { storeNotification } from "../http/support/store-notification";
import { type HttpAnswer, HttpPerson, userMessage } from "../support/http-person";
import { storeSigningKey } from "../support/stored-session";
import "../http/support/refusal-matchers";
import { newPerson } from "../http/support/new-person";

const appUrl = inject("appUrl");
const routes = routeTable();

/** A person with one of everything that a route can reach. */
async function someoneWithEverything(): Promise<{ person: HttpPerson; ids: RouteIds }> {
  const person = await newPerson();
  const ids = { projectId: await person.createProject("A private project"), threadId: randomUUID() };
  const text = `tool: writeFile ${JSON.stringify({ path: FILE_PATH, content: "private" })}`;
  const key = await newKey();
  const keyId = await person.saveKey(key);
  await person.call("POST", "/api/v1/user/ai-keys", { provider: "openai", apiKey: key });
  await person.call("POST", `/api/v1/projects/${ids.projectId}/secrets`, {
    name: SECRET_NAME,
    value: "private",
  });
  const answer = await person.chat({ ...ids, text, keyProvider: "personal" });
  expect(answer).toMatchObject({ status: 200, text: "done" });
  const answerId = await storeCompaction(person, ids);
  const notificationId = await storeNotification(person);
  const webhook = await person.call("POST", "/api/v1/webhooks", { address: WEBHOOK_ADDRESS });
  const limits = await storeLimits(person);
  const [used] = await sql<{ id: string }>("select id from usage_events where user_id = $1 limit 1", [
    person.userId,
  ]);
  const adminKey = await person.call("POST", "/api/v1/admin-keys", {
    provider: "anthropic",
    apiKey: ANTHROPIC_ADMIN_DEMO_KEY,
  });
  const mine = {
    keyId,
    answerId,
    notificationId,
    webhookId: webhook.body.id,
    ...limits,
    requestId: used?.id ?? "",
    adminKeyId: String(adminKey.body.id),
  };
  return { person, ids: { ...ids, ...mine } };
}

let alice: HttpPerson;
let hers: RouteIds;
let bob: HttpPerson;
let his: RouteIds;
beforeAll(async () => {
  await standIn.setKey(REPLACEMENT_KEY);
  [{ person: alice, ids: hers }, { person: bob, ids: his }] = await Promise.all([
    someoneWithEverything(),
    someoneWithEverything(),
  ]);
});

describe("the table", () => {
  test("has a row for every handler of the API and no row for a removed one", () => {
    expect(routes.map(({ name }) => name)).toEqual(rowNames);
  });

  test("knows every route outside of v1", () => {
    expect(otherRouteFiles()).toEqual([
      "[[...path]]/route.ts",
      "auth/[...all]/route.ts",
      "health/route.ts",
      "mastra/[...path]/route.ts",
    ]);
  });

  test("consists of calls that succeed for the owner, so that the refusals below are refusals of the person", async () => {
    const { person, ids } = await someoneWithEverything();
    // Those for operators are called one after the other in operator-vault.test.ts.
    for (const { method, name, call } of routes.filter(({ forOperators }) => !forOperators)) {
      const { path, body } = call(ids);
      const { status, text, headers } = await person.call(method, path, body);
      expect({ name, status, text }).toMatchObject({ status: 200 });
      expect({ name, ...Object.fromEntries(headers) }).toMatchObject({ "cache-control": "no-store" });
      expect({ name, ...Object.fromEntries(headers) }).not.toHaveProperty("access-control-allow-origin");
    }
  });
});

describe("without a living session nothing is answered and nothing changes", () => {
  const cookies: Record<string, string> = {};
  let before: unknown;
  beforeAll(async () => {
    const signedOut = await alice.onAnotherDevice();
    cookies["signed out"] = signedOut.cookie;
    await signedOut.signOut();
    const deleted = await newPerson();
    cookies["of a deleted account"] = deleted.cookie;
    await deleted.deleteAccount();
    const expired = await alice.onAnotherDevice();
    cookies["expired"] = expired.cookie;
    await expireSession(expired);
    cookies["none"] = "";
    cookies["garbage"] = "orchestral.session_token=garbage; orchestral.session_data=garbage";
    cookies["Alice's token without its signature"] = `orchestral.session_token=${tokenOf(alice.cookie)}`;
    cookies["Alice's token with the signature of Bob's"] =
      `orchestral.session_token=${tokenOf(alice.cookie)}.${bob.cookie.split(".").at(-1)}`;
    cookies["Alice's token signed with a guessed secret"] =
      `orchestral.session_token=${tokenOf(alice.cookie)}.${encodeURIComponent(
        createHmac("sha256", "better-auth-secret-123456789").update(tokenOf(alice.cookie)).digest("base64"),
      )}`;
    before = await everythingOf(alice.userId);
  });

  const kinds = [
    "none",
    "garbage",
    "signed out",
    "expired",
    "of a deleted account",
    "Alice's token without its signature",
    "Alice's token with the signature of Bob's",
    "Alice's token signed with a guessed secret",
  ];

  test.each(routes)("$name", async ({ method, call }) => {
    const { path, body } = call(hers);
    for (const kind of kinds) {
      const answer = await alice.call(method, path, body, { cookie: cookies[kind] ?? "missing" });
      expect(answer).toBeRefused({ status: 401, code: "unauthorized" });
    }
    expect(await everythingOf(alice.userId)).toEqual(before);
  });

  test("a bearer token is no session: the JSON API takes the cookie only", async () => {
    const answer = await alice.call("GET", "/api/v1/projects", undefined, {
      cookie: "",
      authorization: `Bearer ${alice.token}`,
    });
    expect(answer).toBeRefused({ status: 401, code: "unauthorized" });
  });
});

describe("another person's objects answer exactly like objects that do not exist", () => {
  // Providers are not per person.
  const withIds = routes.filter(({ pattern }) => /\[(?!provider\])/.test(pattern));

  test.each(withIds)("$name", async ({ method, call }) => {
    const before = await everythingOf(alice.userId);
    const missing = { projectId: randomUUID(), threadId: randomUUID() };
    const pairs: [foreign: RouteIds, missing: RouteIds][] = [
      [hers, missing],
      [
        { ...hers, threadId: his.threadId },
        { ...missing, threadId: his.threadId },
      ],
    ];
    // In Bob's own project the thread is the only foreign id; on other routes the call would simply be his
    // own.
    if (call(hers).path.includes(hers.threadId)) {
      pairs.push([
        { ...his, threadId: hers.threadId },
        { ...his, threadId: missing.threadId },
      ]);
    }
    for (const [foreign, absent] of pairs) {
      const [a, b] = [call(foreign), call(absent)];
      const theirs = await bob.call(method, a.path, a.body);
      const nonexistent = await bob.call(method, b.path, b.body);
      expect(sameAnswer(theirs)).toEqual(sameAnswer(nonexistent));
      const nothing = [{ messages: [] }, { error: expect.any(String), code: "not_found" }];
      expect(nothing).toContainEqual(theirs.body);
    }
    expect(await everythingOf(alice.userId)).toEqual(before);
  });

  test.each(withIds)("invalid ids answer like missing ones: $name", async ({ method, call }) => {
    for (const id of [
      "1",
      "null",
      "%00",
      "' or '1'='1",
      "{}",
      hers.projectId.slice(0, -1),
      "x".repeat(3000),
    ]) {
      for (const ids of [
        { projectId: id, threadId: id, keyId: id, notificationId: id, webhookId: id, adminKeyId: id },
        { ...his, threadId: id },
      ]) {
        const encoded = {
          projectId: encodeOnce(ids.projectId),
          threadId: encodeOnce(ids.threadId),
          keyId: encodeOnce(ids.keyId ?? ""),
          notificationId: encodeOnce(ids.notificationId ?? ""),
          webhookId: encodeOnce(ids.webhookId ?? ""),
          adminKeyId: encodeOnce(ids.adminKeyId ?? ""),
        };
        const { path, body } = call(encoded);
        if (path === call(his).path) continue;
        const answer = await bob.call(method, path, body);
        expect(answer).toBeRefused({ status: 404, code: "not_found" });
      }
    }
  });

  test("lists contain only the person's own objects", async () => {
    const projects = (await bob.call("GET", "/api/v1/projects")).text;
    expect(projects).toContain(his.projectId);
    expect(projects).not.toContain(hers.projectId);
    const keys = (await bob.call("GET", "/api/v1/user/ai-keys")).body.keys as { id: string }[];
    const hersKeys = await sql<{ id: string }>("select id from user_ai_api_keys where user_id = $1", [
      alice.userId,
    ]);
    expect(keys.filter(({ id }) => hersKeys.some((row) => row.id === id))).toEqual([]);
  });

  test("deleting one's key leaves everybody else's alone", async () => {
    const someone = await newPerson();
    await someone.saveKey(await newKey());
    const before = await everythingOf(alice.userId);
    await someone.call("DELETE", "/api/v1/user/ai-keys?provider=anthropic");
    await someone.call("DELETE", "/api/v1/user/ai-keys?provider=openai");
    expect(await everythingOf(alice.userId)).toEqual(before);
  });
});

describe("operator routes answer 404 for everybody else", () => {
  test.each(routes.filter(({ forOperators }) => forOperators))("$name", async ({ method, call }) => {
    const before = await everythingOf(alice.userId);
    const { path, body } = call(hers);
    for (const sent of [body, undefined, body && {}, body && "not JSON"]) {
      expect(await alice.call(method, path, sent)).toBeRefused({ status: 404, code: "not_found" });
    }
    expect(await everythingOf(alice.userId)).toEqual(before);
  });
});

describe("a page of another site cannot write in a person's name", () => {
  const writes = routes.filter(({ method }) => method !== "GET");

  test.each(writes)("$name", async ({ method, call }) => {
    const before = await everythingOf(alice.userId);
    const { path, body } = call(hers);
    const origins = [
      "https://evil.example",
      "null",
      `${appUrl}.evil.example`,
      "http://127.0.0.1:1",
      "garbage",
      `${appUrl}@evil.example`,
    ];
    for (const origin of origins) {
      expect(await alice.call(method, path, body, { origin })).toBeRefused({
        status: 403,
        code: "forbidden_origin",
      });
    }
    expect(await everythingOf(alice.userId)).toEqual(before);
  });

  test.each(["update-user", "change-password", "delete-user", "sign-out", "revoke-other-sessions"])(
    "POST /api/auth/%s",
    async (endpoint) => {
      const before = await everythingOf(alice.userId);
      for (const origin of ["https://evil.example", "null", `${appUrl}.evil.example`]) {
        const body = {
          name: "x",
          password: alice.password,
          currentPassword: alice.password,
          newPassword: "another password",
        };
        const answer = await alice.call("POST", `/api/auth/${endpoint}`, body, { origin });
        expect(answer).toBeRefusedByAuth({ status: 403 });
      }
      expect(await everythingOf(alice.userId)).toEqual(before);
      expect((await alice.call("GET", "/api/v1/projects")).status).toBe(200);
    },
  );
});

const now = () => Math.floor(Date.now() / 1000);

describe("the agent", () => {
  /** Keys of ours among the server's: what is signed with them is as genuine as what the server signs. */
  const kid = randomUUID();
  let trusted: CryptoKey;
  let publicPem: string;
  let aliceSession: string;
  beforeAll(async () => {
    const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    trusted = pair.privateKey;
    publicPem = await exportSPKI(pair.publicKey);
    const publicKey = JSON.stringify(await exportJWK(pair.publicKey));
    await storeSigningKey(inject("productEnvironment"), { id: kid, publicKey });
    aliceSession = (await alice.call("GET", "/api/auth/get-session")).body.session.id;
  });
  afterAll(() => sql("delete from jwks where id = $1", [kid]));

  const genuine = (): JWTPayload => ({
    sub: alice.userId,
    sid: aliceSession,
    iss: appUrl,
    aud: appUrl,
    iat: now(),
    exp: now() + 600,
  });
  const signed = (
    claims: JWTPayload,
    key: CryptoKey | Uint8Array = trusted,
    header = { alg: "EdDSA", kid },
  ) => new SignJWT(claims).setProtectedHeader(header).sign(key);
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(genuine()).filter(([name]) => !names.includes(name)));
  test("takes a token signed by a key of the server, which shows that the refusals below are about their one fault", async () => {
    expect((await ask(`Bearer ${await signed(genuine())}`)).answer.status).toBe(200);
    expect((await ask(`Bearer ${alice.token}`)).answer.status).toBe(200);
  });

  const forgeries: [name: string, make: () => Promise<string | null> | string | null][] = [
    ["no token, although the session cookie is there", () => null],
    ["an empty token", () => "Bearer "],
    ["garbage", () => "Bearer garbage.garbage.garbage"],
    ["another scheme", () => `Basic ${Buffer.from(`${alice.email}:${alice.password}`).toString("base64")}`],
    ["the session cookie's own token", () => `Bearer ${tokenOf(alice.cookie)}`],
    ["algorithm none", () => `Bearer ${base64url({ alg: "none", typ: "JWT" })}.${base64url(genuine())}.`],
    [
      "algorithm none with a signature",
      () => `Bearer ${base64url({ alg: "none", kid })}.${base64url(genuine())}.AAAA`,
    ],
    [
      "the public key taken for a shared secret",
      async () =>
        `Bearer ${await signed(genuine(), new TextEncoder().encode(publicPem), { alg: "HS256", kid })}`,
    ],
    [
      "a key of the sender's own under the server's key id",
      async () =>
        `Bearer ${await signed(genuine(), (await generateKeyPair("EdDSA", { crv: "Ed25519" })).privateKey)}`,
    ],
    [
      "the sender's own key, under an unknown key id",
      async () =>
        `Bearer ${await signed(genuine(), (await generateKeyPair("EdDSA", { crv: "Ed25519" })).privateKey, { alg: "EdDSA", kid: randomUUID() })}`,
    ],
    [
      "a key that the token brings along",
      async () => {
        const { publicKey, privateKey } = await generateKeyPair("EdDSA", {
          crv: "Ed25519",
          extractable: true,
        });
        const jwk = await exportJWK(publicKey);
        return `Bearer ${await new SignJWT(genuine()).setProtectedHeader({ alg: "EdDSA", jwk }).sign(privateKey)}`;
      },
    ],
    ["another issuer", async () => `Bearer ${await signed({ ...genuine(), iss: "https://evil.example" })}`],
    [
      "another audience",
      async () => `Bearer ${await signed({ ...genuine(), aud: "https://another.example" })}`,
    ],
    ["no issuer", async () => `Bearer ${await signed(without("iss"))}`],
    ["no audience", async () => `Bearer ${await signed(without("aud"))}`],
    [
      "expired an hour ago",
      async () => `Bearer ${await signed({ ...genuine(), iat: now() - 7200, exp: now() - 3600 })}`,
    ],
    [
      "not valid before tomorrow",
      async () => `Bearer ${await signed({ ...genuine(), nbf: now() + 86_400 })}`,
    ],
    ["no session", async () => `Bearer ${await signed(without("sid"))}`],
    ["no person", async () => `Bearer ${await signed(without("sub"))}`],
    [
      "a session that does not exist",
      async () => `Bearer ${await signed({ ...genuine(), sid: randomUUID() })}`,
    ],
    [
      "Alice's name on Bob's session",
      async () => {
        const sid = (await bob.call("GET", "/api/auth/get-session")).body.session.id as string;
        return `Bearer ${await signed({ ...genuine(), sid })}`;
      },
    ],
    [
      "a changed claim under the old signature",
      () => {
        const [header, , signature] = alice.token.split(".");
        return `Bearer ${header}.${base64url({ ...genuine(), sub: bob.userId })}.${signature}`;
      },
    ],
  ];

  test.each(forgeries)("refuses %s, before anything is sent or stored", async (_name, make) => {
    const before = await everythingOf(alice.userId);
    const authorization = await make();
    const { answer, text } = await ask(authorization);
    expect(answer).toBeRefused({ status: 401, code: "unauthorized" });
    expect(await arrivedUpstream({ text })).toEqual([]);
    for (const [method, path, body] of runRoutes()) {
      const headers = authorization === null ? undefined : { authorization };
      const other = await alice.call(method, `/api/mastra/${path}`, body, headers);
      expect(other).toBeRefused({ status: 401, code: "unauthorized" });
    }
    expect(await everythingOf(alice.userId)).toEqual(before);
  });

  test("refuses a token that it has taken before, from the moment it expires", async () => {
    const token = await signed({ ...genuine(), exp: now() + 5 });
    expect((await ask(`Bearer ${token}`)).answer.status).toBe(200);
    await expect.poll(async () => (await ask(`Bearer ${token}`)).answer.status).toBe(401);
  });

  test("refuses a token from the moment its session is signed out", async () => {
    const device = await alice.onAnotherDevice();
    expect((await ask(`Bearer ${device.token}`)).answer.status).toBe(200);
    await device.signOut();
    expect((await ask(`Bearer ${device.token}`)).answer).toBeRefused({ status: 401, code: "unauthorized" });
    expect((await ask(`Bearer ${alice.token}`)).answer.status).toBe(200);
  });

  test("refuses a token from the moment its session is revoked from another device", async () => {
    const device = await alice.onAnotherDevice();
    const revoked = await alice.call("POST", "/api/auth/revoke-session", { token: tokenOf(device.cookie) });
    expect(revoked.body).toEqual({ status: true });
    expect((await ask(`Bearer ${device.token}`)).answer).toBeRefused({ status: 401, code: "unauthorized" });
  });

  test("refuses a token whose session has expired, although the token has not", async () => {
    const device = await alice.onAnotherDevice();
    await expireSession(device);
    expect((await ask(`Bearer ${device.token}`)).answer).toBeRefused({ status: 401, code: "unauthorized" });
  });

  test("refuses a token from the moment its account is deleted", async () => {
    const someone = await newPerson();
    await someone.deleteAccount();
    expect((await ask(`Bearer ${someone.token}`)).answer).toBeRefused({ status: 401, code: "unauthorized" });
  });

  test("does not work in a foreign project: the same answer as for none, nothing sent, nothing stored", async () => {
    const before = await everythingOf(alice.userId);
    const foreign = await ask(`Bearer ${bob.token}`, hers);
    const missing = await ask(`Bearer ${bob.token}`, { projectId: randomUUID(), threadId: randomUUID() });
    expect(foreign.answer).toBeRefused({ status: 404, code: "not_found" });
    expect(sameAnswer(foreign.answer)).toEqual(sameAnswer(missing.answer));
    for (const projectId of ["", "1", "../..", `${his.projectId}' or '1'='1`]) {
      expect((await ask(`Bearer ${bob.token}`, { projectId, threadId: randomUUID() })).answer).toBeRefused({
        status: 404,
      });
    }
    expect(await arrivedUpstream({ text: foreign.text })).toEqual([]);
    expect(await everythingOf(alice.userId)).toEqual(before);
  });

  test("answers a foreign thread's id like an unknown one: with a new thread of one's own", async () => {
    const alices = await everythingOf(alice.userId);
    const before = await bob.messagesOf(his.projectId, his.threadId);
    const threads = `/api/v1/projects/${his.projectId}/threads`;
    const unknown = { ...his, threadId: randomUUID() };
    const foreign = { ...his, threadId: hers.threadId };
    for (const ids of [unknown, foreign]) {
      // Twice: the second message finds the thread of the first.
      const texts: string[] = [];
      while (texts.length < 2) {
        const { answer, text } = await ask(`Bearer ${bob.token}`, ids);
        expect(answer.status).toBe(200);
        texts.push(text);
      }
      const stored = await bob.messagesOf(ids.projectId, ids.threadId);
      expect(stored.filter(({ role }) => role === "user").map(({ parts }) => parts[0]?.["text"])).toEqual(
        texts,
      );
      const listed = (await bob.call("GET", threads)).body.threads as { id: string }[];
      expect(listed.filter(({ id }) => id === ids.threadId)).toHaveLength(1);
      const renamed = await bob.call("PATCH", `${threads}/${ids.threadId}`, { title: "His" });
      expect(renamed.status).toBe(200);
    }
    const preview = await bob.call("GET", `/api/v1/user/ai-keys/${his.keyId}/deletion`);
    expect(preview.body.threads).toContainEqual({
      id: foreign.threadId,
      title: "His",
      projectName: "A private project",
    });
    for (const { threadId } of [unknown, foreign]) {
      expect((await bob.call("DELETE", `${threads}/${threadId}`)).status).toBe(200);
      expect(await bob.messagesOf(his.projectId, threadId)).toEqual([]);
    }
    expect(await everythingOf(alice.userId)).toEqual(alices);
    expect(await bob.messagesOf(his.projectId, his.threadId)).toEqual(before);
  });

  test("its tools reach the project of the request only", async () => {
    const text = `tool: readFile ${JSON.stringify({ path: FILE_PATH, projectId: hers.projectId })}`;
    const emptyProject = await bob.createProject("Empty");
    const answer = await bob.chat({ projectId: emptyProject, text });
    const output = answer.chunks.find((chunk) => chunk.type === "tool-output-available")?.["output"];
    expect(output).toEqual({ error: expect.stringContaining("does not exist") });
  });
});

/** The routes of running answers, with ids that Alice could have. */
function runRoutes(): [method: string, path: string, body?: unknown][] {
  return [
    ["GET", `threads/${hers.threadId}/stream`],
    ["DELETE", `runs/${randomUUID()}`],
    ["PATCH", `runs/${randomUUID()}`, { keepWorking: true }],
  ];
}

/** What a prober could compare. */
function sameAnswer({ status, text, headers }: HttpAnswer) {
  const { date: _date, ...rest } = Object.fromEntries(headers);
  return { status, text, rest };
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Sends a message with this `Authorization` header. @returns the answer and the message's unique text */
async function ask(
  authorization: string | null,
  ids: RouteIds = hers,
): Promise<{ answer: HttpAnswer; text: string }> {
  const text = `say: ${randomUUID()}`;
  const answer = await alice.call(
    "POST",
    `/api/mastra/codegen?projectId=${ids.projectId}&keyProvider=personal`,
    { messages: [userMessage(text)], threadId: ids.threadId },
    authorization === null ? {} : { authorization },
  );
  return { answer, text };
}

async function expireSession(device: HttpPerson): Promise<void> {
  const expired = await sql(
    "update session set expires_at = now() at time zone 'utc' - interval '1 second' where token = $1 returning id",
    [tokenOf(device.cookie)],
  );
  expect(expired).toHaveLength(1);
}

/** The session token inside a cookie, without the signature that follows it. */
function tokenOf(cookie: string): string {
  return decodeURIComponent(/session_token=([^;]+)/.exec(cookie)?.[1] ?? "").split(".")[0] ?? "";
}

function encodeOnce(id: string): string {
  return id.startsWith("%") ? id : encodeURIComponent(id);
}
