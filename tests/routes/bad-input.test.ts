import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ErrorCode } from "@/contracts/error";
import { routeTable } from "../http/support/api-routes";
import { sql } from "../http/support/database";
import { everythingOf } from "../http/support/everything-of";
import {
  authEndpoints,
  callAs,
  codegenPath,
  jsonAddresses,
  sendInPieces,
} from "../http/support/json-addresses";
import { OPERATORS } from "../http/support/operators";
import { forgetUses } from "../http/support/rate-limits";
import { type HttpAnswer, HttpPerson } from "../support/http-person";
import "../http/support/refusal-matchers";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey } from "../http/support/stand-in";

let person: HttpPerson;
let ids: { projectId: string; threadId: string; keyId: string };
let key: string;
beforeAll(async () => {
  person = await newPerson({ name: "Ada Test", email: OPERATORS.badInput });
  key = await newKey();
  const keyId = await person.saveKey(key);
  ids = { projectId: await person.createProject(), threadId: randomUUID(), keyId };
  await person.chat({ ...ids, text: "say: hello", keyProvider: "personal" });
});

/** Accounts allow ten password attempts; here the limit must not answer. */
const callAuth = async (
  endpoint: string,
  body: unknown,
  headers?: Record<string, string>,
): Promise<HttpAnswer> => {
  await forgetUses("password-confirm", person.userId);
  return person.call("POST", `/api/auth/${endpoint}`, body, headers);
};

const call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<HttpAnswer> => callAs(person, method, path, body, headers);

const save = (body: unknown) => call("POST", "/api/v1/user/ai-keys", body);

/**
 * Runs `act` and expects that it stored nothing of this person's, sent nothing upstream and left the server
 * alive.
 */
async function withoutEffect(act: () => Promise<void>): Promise<void> {
  const [rows, requests] = [await everythingOf(person.userId), await arrivedUpstream({ key })];
  await act();
  const health = await person.call("GET", "/api/health");
  const after = [await everythingOf(person.userId), await arrivedUpstream({ key }), health.body];
  if (JSON.stringify(after) !== JSON.stringify([rows, requests, { status: "ok" }])) {
    throw new Error(`a refused request had an effect: ${JSON.stringify(after)}`);
  }
}

const notJson = [
  "",
  " ",
  "hello",
  "{",
  '{"name":',
  "{'name':'x'}",
  "name=x",
  "<name>x</name>",
  '{"name":"x"}}',
  "NaN",
  "\u0000",
];
const notAnObject = ["null", "true", "0", '"text"', "[]", '[{"name":"x"}]'];
const notText: unknown[] = [
  null,
  true,
  7,
  1.5,
  [],
  {},
  ["text"],
  { text: "text" },
  { toString: "x" },
  { length: 3 },
];
const wrongTypes = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonp",
  "",
];

/** Nested lists: harmless to parse, but too deep for recursive code. */
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const text = (value: string) => ({ type: "text", text: value });
const user = (...parts: unknown[]) => ({ id: randomUUID(), role: "user", parts });
const assistant = (...parts: unknown[]) => ({ id: randomUUID(), role: "assistant", parts });

describe("a body that is not the JSON asked for is refused on every address", () => {
  test.each(jsonAddresses)("$name", async ({ method, pathFor, bodyFor, optional }) => {
    const [path, body] = [pathFor(ids), bodyFor(ids)];
    const invalid = path.includes("/codegen") ? "invalid_messages" : "invalid_request";
    const written = JSON.stringify(body);
    await withoutEffect(async () => {
      for (const broken of notJson) {
        expect(await call(method, path, broken)).toBeRefused({ status: 400, code: "invalid_json" });
      }
      for (const other of notAnObject) {
        expect(await call(method, path, other)).toBeRefused({ status: 400, code: invalid });
      }
      for (const type of wrongTypes) {
        const answer = await call(method, path, written, { "content-type": type });
        expect(answer).toBeRefused({ status: 415, code: "unsupported_content_type" });
      }
      for (const depth of [100, 5000, 200_000]) {
        const deep = written.replace(/\}$/, `,"deep":${nested(depth)}}`);
        expect(await call(method, path, deep)).toBeRefused();
      }
      for (const field of Object.keys(body)) {
        const wrong = notText.filter(
          (value) => !["boolean", "number"].includes(typeof value) || typeof value !== typeof body[field],
        );
        for (const value of wrong) {
          expect(await call(method, path, { ...body, [field]: value })).toBeRefused({ status: 400 });
        }
      }
      for (const field of Object.keys(body).filter((name) => !optional.includes(name))) {
        const { [field]: _missing, ...rest } = body;
        expect(await call(method, path, rest)).toBeRefused({ status: 400 });
      }
    });
  });

  // The agent ignores fields it does not know, because the AI SDK sends some; everywhere else they are a
  // mistake.
  test.each(jsonAddresses.filter(({ name }) => !name.includes("codegen")))(
    "unknown fields: $name",
    async (address) => {
      const written = JSON.stringify(address.bodyFor(ids));
      await withoutEffect(async () => {
        const known = Object.keys(address.bodyFor(ids));
        const unknown = ["isAdmin", "userId", "__proto__", "id", "x".repeat(200)];
        for (const field of unknown.filter((name) => !known.includes(name))) {
          const withMore = written.replace(/^\{/, `{${JSON.stringify(field)}:{"a":1},`);
          const answer = await call(address.method, address.pathFor(ids), withMore);
          expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
        }
      });
    },
  );

  test.each(jsonAddresses)("too large: $name", async ({ method, pathFor, bodyFor }) => {
    const path = pathFor(ids);
    const code = path.includes("/codegen") ? "conversation_too_large" : "request_too_large";
    const huge = JSON.stringify({ ...bodyFor(ids), padding: "x".repeat(3 * 1024 * 1024) });
    await withoutEffect(async () => {
      expect(await call(method, path, huge)).toBeRefused({ status: 413, code });
      const inPieces = await sendInPieces(person, method, path, huge);
      expect({ status: inPieces.status, body: await inPieces.json() }).toMatchObject({
        status: 413,
        body: { code },
      });
    });
  });

  test.each(authEndpoints)("POST /api/auth/%s", async (endpoint) => {
    await withoutEffect(async () => {
      for (const broken of [...notJson, ...notAnObject]) {
        expect(await callAuth(endpoint, broken)).toBeRefusedByAuth();
      }
      for (const type of wrongTypes) {
        expect(await callAuth(endpoint, "{}", { "content-type": type })).toBeRefusedByAuth();
      }
      expect(
        await callAuth(endpoint, `{"name":${nested(2000)},"email":${nested(2000)}}`),
      ).toBeRefusedByAuth();
      for (const value of notText) {
        const fields = {
          name: value,
          email: value,
          password: value,
          currentPassword: value,
          newPassword: value,
          token: value,
        };
        expect(await callAuth(endpoint, fields)).toBeRefusedByAuth();
      }
      const huge = { name: "x".repeat(3 * 1024 * 1024), email: person.email, password: person.password };
      expect(await callAuth(endpoint, huge)).toBeRefused({ status: 413, code: "request_too_large" });
    });
  });
});

describe("saving a key", () => {
  const good = `sk-ant-api03-${"a".repeat(95)}`;

  const refused: [name: string, apiKey: string, sentence: RegExp][] = [
    ["empty", "", /Paste an API key/],
    ["only white space", " \n\t ", /Paste an API key/],
    ["only invisible characters", "\ufeff\u00a0", /Paste an API key/],
    ["too short to be one", "sk-ant", /too short/],
    ["10 kB long", "k".repeat(10_000), /too long|too large/],
    ["one character too long", "k".repeat(513), /too long/],
    ["with a line break inside", `${good}\n${good}`, /spaces, line breaks/],
    ["with a space inside", `${good} ${good}`, /spaces, line breaks/],
    ["with a NUL", `${good}\u0000`, /spaces, line breaks/],
    ["with an escape sequence", `${good}\u001b[0m`, /spaces, line breaks/],
    ["with a header behind it", `${good}\r\nx-evil: 1`, /spaces, line breaks/],
    ["with typographic characters", "sk–ant–api03–“quoted”", /spaces, line breaks/],
    ["with half a surrogate pair", `${good}\ud800`, /spaces, line breaks/],
    ["with a zero-width space", `${good}\u200b`, /spaces, line breaks/],
  ];
  test.each(refused)("refuses one that is %s, without repeating it", async (_name, apiKey, sentence) => {
    await withoutEffect(async () => {
      const answer = await save({ provider: "anthropic", apiKey });
      expect(answer).toBeRefused();
      expect(answer.body.error).toMatch(sentence);
      expect(answer.text).not.toContain(apiKey.trim().slice(0, 12) || "\u0000");
    });
  });

  test.each<[name: string, provider: unknown, code: ErrorCode]>([
    ["unknown", "acme", "unknown_provider"],
    ["a name every object has", "constructor", "unknown_provider"],
    ["empty", "", "invalid_request"],
    ["in capitals", "Anthropic", "invalid_request"],
    ["with a space", "anthropic ", "invalid_request"],
    ["not text", 7, "invalid_request"],
    ["a list", ["anthropic"], "invalid_request"],
    ["missing", undefined, "invalid_request"],
  ])("refuses a provider that is %s", async (_name, provider, code) => {
    await withoutEffect(async () => {
      const body = { provider, apiKey: good };
      expect(await save(body)).toBeRefused({ status: 400, code });
      expect(await call("POST", "/api/v1/user/ai-keys/test", body)).toBeRefused({ status: 400, code });
      if (typeof provider !== "string") return;
      const connection = `/api/v1/user/ai-connections/${encodeURIComponent(provider)}`;
      // Without a name there is no route.
      const missing = provider === "" ? "not_found" : "unknown_provider";
      expect(await call("POST", connection)).toBeRefused({ code: missing });
      const query = `/api/v1/user/ai-keys?provider=${encodeURIComponent(provider)}`;
      for (const method of ["GET", "DELETE"]) {
        expect(await call(method, query)).toBeRefused({ status: 400, code: "unknown_provider" });
      }
    });
  });

  test("deleting without naming a provider deletes nothing", async () => {
    await withoutEffect(async () => {
      expect(await call("DELETE", "/api/v1/user/ai-keys")).toBeRefused({
        status: 400,
        code: "unknown_provider",
      });
    });
  });

  test.each([
    "sk-proj-abc_DEF-123",
    "AIzaSyD-unknown-shape",
    "k".repeat(512),
    "!#$%&'()*+,./:;<=>?@[]^_`{|}~",
  ])("takes a shape it does not know: %s", async (apiKey) => {
    const someone = await newPerson();
    await someone.saveKey(`  ${apiKey}\n`);
    const { keys } = (await someone.call("GET", "/api/v1/user/ai-keys")).body;
    expect(keys).toMatchObject([{ provider: "anthropic", last4: apiKey.slice(-4), status: "ok" }]);
  });

  test("more than thirty saves in a minute are slowed down, with the time to wait", async () => {
    const someone = await newPerson();
    const answers = await Promise.all(
      Array.from({ length: 35 }, () =>
        someone.call("POST", "/api/v1/user/ai-keys", { provider: "openai", apiKey: good }),
      ),
    );
    const limited = answers.filter(({ status }) => status !== 200);
    expect(limited).toHaveLength(5);
    for (const answer of limited) {
      expect(answer).toBeRefused({ status: 429, code: "rate_limited" });
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });
});

describe("sending a message", () => {
  const hello = user(text("say: hello"));

  const malformed: [name: string, messages: unknown][] = [
    ["no messages", []],
    ["messages that are no list", { 0: hello, length: 1 }],
    ["messages as text", "hello"],
    ["a message that is null", [null]],
    ["a message that is text", ["hello"]],
    ["no id", [{ role: "user", parts: [text("hello")] }]],
    ["an empty id", [{ ...hello, id: "" }]],
    ["an id with a NUL", [{ ...hello, id: "a\u0000" }]],
    ["an id with a line break", [{ ...hello, id: "a\nb" }]],
    ["an id that is too long", [{ ...hello, id: "a".repeat(129) }]],
    ["an id that is a number", [{ ...hello, id: 1 }]],
    ["no role", [{ id: "a", parts: [text("hello")] }]],
    ["instructions to the model (role system)", [{ ...hello, role: "system" }, hello]],
    ["an unrequested result (role tool)", [{ ...hello, role: "tool" }, hello]],
    ["role developer", [{ ...hello, role: "developer" }, hello]],
    ["no parts", [{ id: "a", role: "user" }]],
    ["an empty list of parts", [{ id: "a", role: "user", parts: [] }]],
    ["the old form with content", [{ id: "a", role: "user", content: "hello" }]],
    ["a part that is text", [{ id: "a", role: "user", parts: ["hello"] }]],
    ["a part without a type", [{ id: "a", role: "user", parts: [{ text: "hello" }] }]],
    ["a text that is none", [{ id: "a", role: "user", parts: [{ type: "text", text: 7 }] }]],
    ["too many parts", [user(...Array.from({ length: 501 }, () => text("x")))]],
    [
      "a file by address",
      [user({ type: "file", mediaType: "image/png", url: "http://169.254.169.254/latest/meta-data" })],
    ],
    [
      "a file from this machine",
      [user(text("hello"), { type: "file", mediaType: "text/plain", url: "file:///etc/passwd" })],
    ],
    ["an image", [user(text("hello"), { type: "image", image: "data:image/png;base64,AAAA" })]],
    ["an unknown kind of part", [user(text("hello"), { type: "thinking", thinking: "x" })]],
    [
      "a file in an answer",
      [hello, assistant({ type: "file", mediaType: "image/png", url: "https://example.com/a.png" }), hello],
    ],
    ["a text that is too long", [user(text("x".repeat(100_001)))]],
    ["an empty text", [user(text(""))]],
    ["only white space", [user(text(" \n\t"))]],
    ["only an error note", [user({ type: "data-chat-error", data: {} })]],
    ["an answer as the last message", [hello, assistant(text("hi"))]],
    ["nothing but an answer", [assistant(text("hi"))]],
    [
      "a tool's result as the last message",
      [user({ type: "tool-readFile", toolCallId: "a", state: "output-available", input: {}, output: {} })],
    ],
    ["an empty last message behind a good one of the same id", [hello, { ...hello, parts: [text("")] }]],
    ["more than 400 messages", Array.from({ length: 401 }, () => user(text("x")))],
  ];
  test.each(malformed)("refuses %s", async (_name, messages) => {
    await withoutEffect(async () => {
      const answer = await call("POST", codegenPath(ids), { messages, threadId: ids.threadId });
      expect(answer).toBeRefused({ status: 400, code: "invalid_messages" });
    });
  });

  const queries: [name: string, query: Record<string, string>, status: number, code: ErrorCode][] = [
    ["keyProvider=nonsense", { keyProvider: "nonsense" }, 400, "unknown_key_provider"],
    ["an empty keyProvider", { keyProvider: "" }, 400, "unknown_key_provider"],
    ["keyProvider=PERSONAL", { keyProvider: "PERSONAL" }, 400, "unknown_key_provider"],
    ["an unknown model", { model: "gpt-nothing" }, 400, "unknown_model"],
    ["an empty model", { model: "" }, 400, "unknown_model"],
    ["a model named like a field of every object", { model: "__proto__" }, 400, "unknown_model"],
    ["a model with a path in it", { model: "claude-haiku-4-5/../../v1/files" }, 400, "unknown_model"],
    [
      "a model the platform does not offer",
      { model: "claude-opus-4-5", keyProvider: "platform" },
      400,
      "model_not_offered",
    ],
    ["no project", { projectId: "" }, 404, "not_found"],
    ["a project id that is none", { projectId: "first-project" }, 404, "not_found"],
    ["a project that does not exist", { projectId: randomUUID() }, 404, "not_found"],
  ];
  test.each(queries)("refuses %s", async (_name, query, status, code) => {
    await withoutEffect(async () => {
      const body = { messages: [hello], threadId: ids.threadId };
      expect(await call("POST", codegenPath(ids, query), body)).toBeRefused({ status, code });
    });
    const seen = (
      await sql("select 1 from usage_events where user_id = $1 and key_provider = 'platform'", [
        person.userId,
      ])
    ).length;
    expect(seen).toBe(0);
  });

  test("refuses a personal key that is not there, before anything is sent", async () => {
    const someone = await newPerson();
    const projectId = await someone.createProject();
    const answer = await someone.chat({
      projectId,
      text: "say: hello",
      keyProvider: "personal",
      threadId: randomUUID(),
    });
    expect(answer).toMatchObject({ status: 400, error: { code: "personal_key_missing" } });
    expect((await everythingOf(someone.userId))["threads"]).toEqual([]);
  });

  test.each(["first", "", "null", "00000000-0000-0000-0000-00000000000", `${randomUUID()}'`, "\u0000"])(
    "refuses a thread id that is none: %j",
    async (threadId) => {
      await withoutEffect(async () => {
        const answer = await call("POST", codegenPath(ids), { messages: [hello], threadId });
        expect(answer).toBeRefused({ status: 400, code: "invalid_messages" });
      });
    },
  );

  test("a conversation above 2 MB is refused with the advice to start a new one", async () => {
    const long = Array.from({ length: 30 }, () => user(text("x".repeat(90_000))));
    await withoutEffect(async () => {
      const answer = await call("POST", codegenPath(ids), {
        messages: [...long, hello],
        threadId: ids.threadId,
      });
      expect(answer).toBeRefused({ status: 413, code: "conversation_too_large" });
    });
  });
});

describe("addresses and methods", () => {
  test("every handler's other methods answer 405 and name the ones there are", async () => {
    const byPath = Map.groupBy(routeTable(), ({ call: row }) => row(ids).path.split("?")[0] ?? "");
    byPath.set("/api/health", []);
    await withoutEffect(async () => {
      for (const [path, handlers] of byPath) {
        const methods = handlers.length === 0 ? ["GET"] : handlers.map(({ method }) => method);
        for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter(
          (name) => !methods.includes(name),
        )) {
          const answer = await call(method, path, method === "GET" ? undefined : {});
          expect(answer).toBeRefused({ status: 405, code: "method_not_allowed" });
          expect(answer.headers.get("allow")?.split(", ").toSorted()).toEqual(methods.toSorted());
        }
      }
    });
  });

  test("the agent takes POST only", async () => {
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const answer = await call(
        method,
        codegenPath(ids),
        method === "GET" ? undefined : { messages: [user(text("say: hello"))], threadId: ids.threadId },
      );
      expect(answer).toBeRefused({ status: 405, code: "method_not_allowed" });
    }
  });

  test.each(["DELETE", "PUT", "PATCH"])("the accounts do not take %s", async (method) => {
    expect(await call(method, "/api/auth/sign-in/email", {})).toBeRefused({
      status: 405,
      code: "method_not_allowed",
    });
  });

  test.each([
    "/api",
    "/api/nothing",
    "/api/v1",
    "/api/v1/nothing",
    "/api/v1/projects/x/y/z",
    "/api/v1/user",
    "/api/mastra",
    "/api/mastra/agents",
    "/api/mastra/codegen/deeper",
    "/api/agents",
    "/api/auth",
  ])("nothing is at %s, said as JSON", async (path) => {
    for (const method of ["GET", "POST"]) {
      const answer = await call(method, path, method === "POST" ? {} : undefined);
      expect(answer).toBeRefused({ status: 404, code: "not_found" });
    }
  });

  test("nothing is at an unknown address of the accounts", async () => {
    expect(await call("GET", "/api/auth/nothing")).toBeRefusedByAuth({ status: 404, code: "not_found" });
  });

  test.each([
    "",
    "/",
    "/etc/passwd",
    "../notes.txt",
    "a//b",
    "a/../b",
    "a\\b",
    "a\u0000b",
    "a\nb",
    " a",
    "x".repeat(241),
  ])("a file's path that none can have is refused: %j", async (path) => {
    const answer = await call(
      "GET",
      `/api/v1/projects/${ids.projectId}/files/content?path=${encodeURIComponent(path)}`,
    );
    expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
  });

  test.each(["", "lower", "1ST", "WITH SPACE", "A".repeat(65), "A\u0000", "__proto__", "ÄÖÜ"])(
    "an invalid name of a secret is refused: %j",
    async (name) => {
      const path = `/api/v1/projects/${ids.projectId}/secrets`;
      await withoutEffect(async () => {
        expect(await call("POST", path, { name, value: "x" })).toBeRefused({
          status: 400,
          code: "invalid_request",
        });
        expect(await call("DELETE", `${path}?name=${encodeURIComponent(name)}`)).toBeRefused({
          status: 400,
          code: "invalid_request",
        });
      });
    },
  );
});

describe("limits per person", () => {
  test("a project holds a hundred secrets; replacing one of them goes on working", async () => {
    const projectId = await person.createProject();
    const path = `/api/v1/projects/${projectId}/secrets`;
    await sql(
      "insert into project_secrets (project_id, name, value) select $1, 'S' || n, jsonb_build_object('text', 'sealed') from generate_series(1, 99) n",
      [projectId],
    );
    expect((await call("POST", path, { name: "THE_HUNDREDTH", value: "x" })).status).toBe(200);
    expect(await call("POST", path, { name: "ONE_TOO_MANY", value: "x" })).toBeRefused({
      code: "limit_reached",
    });
    expect((await call("POST", path, { name: "THE_HUNDREDTH", value: "y" })).status).toBe(200);
  });

  test("a secret's value has at most 16 kB of UTF-8", async () => {
    const path = `/api/v1/projects/${ids.projectId}/secrets`;
    expect((await call("POST", path, { name: "LARGE", value: "x".repeat(16 * 1024) })).status).toBe(200);
    expect(await call("POST", path, { name: "LARGER", value: "x".repeat(16 * 1024 + 1) })).toBeRefused({
      code: "invalid_request",
    });
    expect(await call("POST", path, { name: "LARGER", value: "ä".repeat(8 * 1024 + 1) })).toBeRefused({
      code: "invalid_request",
    });
  });

  test("a person can have two hundred projects", async () => {
    const someone = await newPerson();
    await sql("insert into projects (user_id, name) select $1, 'P' from generate_series(1, 200)", [
      someone.userId,
    ]);
    expect(await someone.call("POST", "/api/v1/projects", { name: "One too many" })).toBeRefused({
      code: "limit_reached",
    });
  });
});
