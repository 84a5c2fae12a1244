import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { authEndpoints, callAs, codegenPath, jsonAddresses } from "../http/support/json-addresses";
import { naughtyTexts } from "../http/support/naughty-texts";
import { newPerson } from "../http/support/new-person";
import { OPERATORS } from "../http/support/operators";
import { forgetUses, fromElsewhere } from "../http/support/rate-limits";
import { newKey } from "../http/support/stand-in";
import { HttpPerson, userMessage } from "../support/http-person";

/*
 * Whatever arrives, the server answers below 500 and keeps running (CVE-2026-31949: a missing field crashed
 * it).
 */

const settings = { numRuns: 40, seed: 20_261_123 };

let person: HttpPerson;
let ids: { projectId: string; threadId: string; keyId: string };
beforeAll(async () => {
  person = await newPerson({ name: "Ada Test", email: OPERATORS.fuzz });
  const keyId = await person.saveKey(await newKey());
  ids = { projectId: await person.createProject(), threadId: randomUUID(), keyId };
  await person.chat({ ...ids, text: "say: hello" });
});

const json = fc.jsonValue({ maxDepth: 4 });
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...naughtyTexts));
const anything = fc.oneof(json, text);

/** Bodies that are wrong as a whole, and bodies with the right fields and anything in them. */
function bodiesWith(fields: readonly string[]) {
  return fc.oneof(
    json,
    fc.record(Object.fromEntries(fields.map((name) => [name, anything])), { requiredKeys: [] }),
  );
}

test.each(jsonAddresses.filter(({ name }) => !name.includes("codegen")))(
  "$name",
  async ({ method, pathFor, bodyFor }) => {
    await fc.assert(
      fc.asyncProperty(bodiesWith(Object.keys(bodyFor(ids))), async (body) => {
        expect((await callAs(person, method, pathFor(ids), JSON.stringify(body))).status).toBeLessThan(500);
      }),
      settings,
    );
  },
);

test.each(authEndpoints)("POST /api/auth/%s", async (endpoint) => {
  const someone = await newPerson();
  const fields = [
    "name",
    "email",
    "password",
    "currentPassword",
    "newPassword",
    "token",
    "image",
    "callbackURL",
    "rememberMe",
  ];
  await fc.assert(
    fc.asyncProperty(bodiesWith(fields), async (body) => {
      // Otherwise the rate limits would answer instead of the tested code.
      await forgetUses("password-confirm", someone.userId);
      const headers = fromElsewhere();
      const answer = await someone.call("POST", `/api/auth/${endpoint}`, JSON.stringify(body), headers);
      expect(answer.status).toBeLessThan(500);
    }),
    settings,
  );
});

const part = fc.oneof(
  json,
  fc.record(
    {
      type: fc.constantFrom(
        "text",
        "reasoning",
        "file",
        "step-start",
        "tool-readFile",
        "dynamic-tool",
        "data-x",
      ),
      text: anything,
      toolCallId: anything,
      toolName: anything,
      state: fc.constantFrom("output-available", "output-error", "input-available"),
      input: anything,
      output: anything,
      errorText: anything,
    },
    { requiredKeys: ["type"] },
  ),
);
const message = fc.oneof(
  json,
  fc.record({
    id: fc.oneof(fc.uuid(), text),
    role: fc.constantFrom("user", "assistant", "system"),
    parts: fc.array(part, { maxLength: 4 }),
  }),
);

test("POST /api/mastra/codegen, with conversations that cannot be sent", async () => {
  const unsendable = fc
    .array(message, { maxLength: 4 })
    .map((list) => [...list, { id: "x", role: "user", parts: [] }]);
  const body = fc.record(
    { messages: fc.oneof(json, unsendable), threadId: fc.oneof(fc.uuid(), text), trigger: anything },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(json, body), async (value) => {
      const { status } = await callAs(person, "POST", codegenPath(ids), JSON.stringify(value));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }),
    { ...settings, numRuns: 120 },
  );
});

const historyPart = fc.oneof(
  fc.record({ type: fc.constant("text"), text }),
  fc.record({
    type: fc.constantFrom("tool-readFile", "tool-nothing", "dynamic-tool"),
    toolCallId: fc.uuid(),
    toolName: fc.constant("x"),
    state: fc.constantFrom("output-available", "output-error", "input-available", "input-streaming"),
    input: json,
    output: json,
    errorText: text,
  }),
  fc.record({ type: fc.constantFrom("reasoning", "step-start", "data-chat-error"), text, data: json }),
);
const history = fc.array(
  fc.record({
    id: fc.uuid(),
    role: fc.constantFrom("user", "assistant"),
    parts: fc.array(historyPart, { minLength: 1, maxLength: 4 }),
  }),
  { maxLength: 5 },
);

test("POST /api/mastra/codegen, with any history: the message is answered or refused as a whole, and kept", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (messages) => {
      const threadId = randomUUID();
      const path = [...messages, userMessage("say: heard")];
      const answer = await callAs(person, "POST", codegenPath(ids), { messages: path, threadId });
      expect(answer.status).toBe(200);
      const stored = await person.messagesOf(ids.projectId, threadId);
      expect(stored.map(({ id }) => id).slice(0, -1)).toEqual(path.map(({ id }) => id));
      expect(stored.at(-1)?.role).toBe("assistant");
    }),
    { ...settings, numRuns: 25 },
  );
});

test("afterwards the server is well", async () => {
  expect((await person.call("GET", "/api/health")).body).toEqual({ status: "ok" });
  expect(await person.chat({ ...ids, text: "say: still here" })).toMatchObject({
    text: "still here",
    error: null,
  });
});
