import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { ANTHROPIC_ADMIN_DEMO_KEY } from "../../demo/stand-in/dialects/anthropic/demo-keys";
import { type HttpPerson, userMessage } from "../support/http-person";
import {
  FILE_PATH,
  REPLACEMENT_KEY,
  type RouteIds,
  routeTable,
  SECRET_NAME,
  WEBHOOK_ADDRESS,
} from "./support/api-routes";
import { authEndpoints, callAs, codegenPath, jsonAddresses, sendInPieces } from "./support/json-addresses";
import { newPerson } from "./support/new-person";
import "./support/refusal-matchers";
import { sql } from "./support/database";
import { arrivedUpstream, newKey, standIn } from "./support/stand-in";
import { storeCompaction } from "./support/store-compaction";
import { storeLimits } from "./support/store-limits";
import { storeNotification } from "./support/store-notification";

/*
 * The API through the server: each route is served, closed, and refuses what it must. Every kind of intruder
 * and of bad input is tested on every route without a server (tests/routes).
 */

const appUrl = inject("appUrl");
const routes = routeTable().filter(({ forOperators }) => !forOperators);

let person: HttpPerson;
let ids: RouteIds;
beforeAll(async () => {
  [person] = await Promise.all([newPerson(), standIn.setKey(REPLACEMENT_KEY)]);
  ids = {
    projectId: await person.createProject("<img src=x onerror=alert('naughty')>"),
    threadId: randomUUID(),
  };
  const [key] = await Promise.all([
    newKey(),
    person.saveKey(await newKey(undefined, "openai"), { provider: "openai" }),
    person.call("POST", `/api/v1/projects/${ids.projectId}/secrets`, { name: SECRET_NAME, value: "private" }),
  ]);
  ids.keyId = await person.saveKey(key);
  const text = `tool: writeFile ${JSON.stringify({ path: FILE_PATH, content: "private" })}`;
  const answer = await person.chat({ ...ids, text, keyProvider: "personal" });
  if (answer.text !== "done") throw new Error(`no file was written: ${answer.raw}`);
  ids.answerId = await storeCompaction(person, ids);
  ids.notificationId = await storeNotification(person);
  ids.webhookId = (await person.call("POST", "/api/v1/webhooks", { address: WEBHOOK_ADDRESS })).body.id;
  const adminKey = { provider: "anthropic", apiKey: ANTHROPIC_ADMIN_DEMO_KEY };
  ids.adminKeyId = (await person.call("POST", "/api/v1/admin-keys", adminKey)).body.id;
  Object.assign(ids, await storeLimits(person));
  const [used] = await sql<{ id: string }>("select id from usage_events where user_id = $1 limit 1", [
    person.userId,
  ]);
  ids.requestId = used?.id;
});

/** Calls all routes concurrently: they change nothing, or the test fails. */
const ofEach = <Row, Answer>(rows: readonly Row[], call: (row: Row) => Promise<Answer>) =>
  Promise.all(rows.map(call));

describe("each route", () => {
  test("is closed without a session, and to other sites", async () => {
    await ofEach(routeTable(), async ({ method, call }) => {
      const { path, body } = call(ids);
      const unauthorized = { status: 401, code: "unauthorized" } as const;
      expect(await person.call(method, path, body, { cookie: "" })).toBeRefused(unauthorized);
      if (method === "GET") return;
      for (const origin of ["https://evil.example", `${appUrl}.evil.example`, "null"]) {
        const foreign = { status: 403, code: "forbidden_origin" } as const;
        expect(await person.call(method, path, body, { origin })).toBeRefused(foreign);
      }
    });
  });

  test("for operators answers 404 for everybody else", async () => {
    await ofEach(
      routeTable().filter(({ forOperators }) => forOperators),
      async ({ method, call }) => {
        const { path, body } = call(ids);
        expect(await person.call(method, path, body)).toBeRefused({ status: 404, code: "not_found" });
      },
    );
  });

  test("of the accounts that changes something is closed to other sites", async () => {
    await ofEach(
      ["update-user", "change-password", "delete-user", "sign-out", "revoke-other-sessions"],
      async (endpoint) => {
        const { password } = person;
        const body = { name: "x", password, currentPassword: password, newPassword: "another password" };
        const origin = "https://evil.example";
        const answer = await person.call("POST", `/api/auth/${endpoint}`, body, { origin });
        expect(answer).toBeRefusedByAuth({ status: 403 });
      },
    );
    expect((await person.call("GET", "/api/v1/projects")).status).toBe(200);
  });

  test("grants a page of another site nothing that asks first", async () => {
    for (const path of ["/api/v1/user/ai-keys", "/api/mastra/codegen", "/api/auth/token"]) {
      const answer = await person.call("OPTIONS", path, undefined, {
        origin: "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      });
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test("answers its other methods with 405 and names the ones there are", async () => {
    const byPath = Map.groupBy(routes, ({ call }) => call(ids).path.split("?")[0] ?? "");
    await ofEach([...byPath, ["/api/health", [{ method: "GET" }]] as const], async ([path, handlers]) => {
      const methods = handlers.map(({ method }) => method);
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter(
        (name) => !methods.includes(name),
      )) {
        const answer = await callAs(person, method, path, method === "GET" ? undefined : {});
        expect(answer).toBeRefused({ status: 405, code: "method_not_allowed" });
        expect(answer.headers.get("allow")?.split(", ").toSorted()).toEqual(methods.toSorted());
      }
    });
    for (const [method, path] of [
      ["GET", codegenPath(ids)],
      ["DELETE", codegenPath(ids)],
      ["PUT", "/api/auth/sign-in/email"],
    ] as const) {
      const answer = await callAs(person, method, path, method === "GET" ? undefined : {});
      expect(answer).toBeRefused({ status: 405, code: "method_not_allowed" });
    }
  });

  test("refuses a body that is not JSON, says so of itself, or is too large", async () => {
    await ofEach(jsonAddresses, async ({ method, pathFor, bodyFor }) => {
      const path = pathFor(ids);
      const call = (body: string, headers = {}) => callAs(person, method, path, body, headers);
      const isOperators = path.includes("/operator/");
      const expected = (status: number, code: "invalid_json" | "unsupported_content_type") =>
        isOperators ? ({ status: 404, code: "not_found" } as const) : ({ status, code } as const);
      expect(await call('{"name":')).toBeRefused(expected(400, "invalid_json"));
      const asText = { "content-type": "text/plain" };
      expect(await call(JSON.stringify(bodyFor(ids)), asText)).toBeRefused(
        expected(415, "unsupported_content_type"),
      );
    });
    const huge = JSON.stringify({ padding: "x".repeat(3 * 1024 * 1024) });
    for (const [path, code] of [
      ["/api/v1/projects", "request_too_large"],
      [codegenPath(ids), "conversation_too_large"],
      ["/api/auth/sign-in/email", "request_too_large"],
    ] as const) {
      const refused = { status: 413, code } as const;
      expect(await callAs(person, "POST", path, huge)).toBeRefused(refused);
      const inPieces = await sendInPieces(person, "POST", path, huge);
      expect({ status: inPieces.status, body: await inPieces.json() }).toMatchObject({
        status: 413,
        body: { code: refused.code },
      });
    }
    for (const endpoint of authEndpoints) {
      expect(await person.call("POST", `/api/auth/${endpoint}`, "{")).toBeRefusedByAuth({ status: 400 });
    }
  });

  test("carries the headers of data: nothing in it may run, load, be framed or be guessed at", async () => {
    const answers = await ofEach(
      ["/api/v1/projects", "/api/health", "/api/nothing", "/api/auth/get-session"],
      (path) => person.call("GET", path),
    );
    for (const { headers } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject({
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
    }
  });

  test("succeeds for its owner, in the order of the table", async () => {
    for (const { method, name, call } of routes) {
      const { path, body } = call(ids);
      const { status, text, headers } = await person.call(method, path, body);
      expect({ name, status, text }).toMatchObject({ status: 200 });
      expect({ name, ...Object.fromEntries(headers) }).toMatchObject({ "cache-control": "no-store" });
      expect({ name, ...Object.fromEntries(headers) }).not.toHaveProperty("access-control-allow-origin");
    }
  });
});

test.each([
  "/api",
  "/api/nothing",
  "/api/v1",
  "/api/v1/nothing",
  "/api/v1/projects/x/y/z",
  "/api/mastra",
  "/api/mastra/agents",
  "/api/mastra/codegen/deeper",
  "/api/auth",
])("nothing is at %s, said as JSON", async (path) => {
  for (const method of ["GET", "POST"]) {
    const answer = await callAs(person, method, path, method === "POST" ? {} : undefined);
    expect(answer).toBeRefused({ status: 404, code: "not_found" });
  }
});

test.each([
  "/api/v1/projects/%",
  "/api/v1/projects/%E0%A4%A",
  "/api/health/%ff",
  "/api/auth/%c0%80",
  "/projects/%E0%A4%A",
  "/%ff",
])("a broken percent-encoding is the caller's mistake: %s", async (path) => {
  expect(await callAs(person, "GET", path)).toBeRefused({ status: 400, code: "invalid_request" });
});

test("an id that no row can have is missing, however it is encoded", async () => {
  for (const id of [
    "1",
    "%00",
    encodeURIComponent("' or '1'='1"),
    encodeURIComponent("../.."),
    "x".repeat(3000),
  ]) {
    for (const path of [`/api/v1/projects/${id}`, `/api/v1/user/ai-keys/${id}/deletion`]) {
      expect(await person.call("GET", path)).toBeRefused({ status: 404, code: "not_found" });
    }
  }
});

test("there is no image optimizer, which would fetch and log what anybody asks for", async () => {
  const forged = encodeURIComponent('/x\n{"level":60,"msg":"forged"}');
  expect((await person.call("GET", `/_next/image?url=${forged}&w=64&q=75`)).status).toBe(404);
});

test("on the pages: markup in names stays text", async () => {
  await person.call("POST", "/api/auth/update-user", { name: "\"><script>alert('naughty')</script>" });
  const projectId = await person.createProject("<img src=x onerror=alert('naughty')>");
  for (const page of ["/projects", "/settings", `/projects/${projectId}`]) {
    const { status, text } = await person.call("GET", page);
    expect({ page, status }).toEqual({ page, status: 200 });
    expect(text).toContain("naughty");
    expect(text).not.toMatch(/<script>alert|<img src=x/);
  }
});

test.each([
  ["another person's key", { "x-api-key": "somebody-elses" }],
  ["a proxy's word on where it came from", { forwarded: "for=10.0.0.1", "x-forwarded-host": "evil.example" }],
])("%s, sent along by a client, does not travel upstream", async (_name, headers) => {
  const key = await newKey();
  const projectId = await person.createProject();
  await person.saveKey(key);
  const body = { messages: [userMessage("say: hello")] };
  const answer = await callAs(person, "POST", codegenPath({ ...ids, projectId }), body, headers);
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"type":"finish"')]);
  const arrived = await arrivedUpstream({ key });
  expect(arrived).toHaveLength(1);
  expect(JSON.stringify(arrived[0]?.headers)).not.toMatch(/somebody-elses|10\.0\.0\.1|evil\.example/);
});
