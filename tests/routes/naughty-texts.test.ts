import { randomUUID } from "node:crypto";
import { beforeAll, expect, inject, test } from "vitest";
import { isVisible } from "@/contracts/visible-text";
import {
  environmentKeyEncryptionKey,
  KeyEncryptionKeys,
  openWithDataKey,
  parseKeyRing,
  unwrapDataKey,
} from "@/lib/encryption";
import { sql } from "../http/support/database";
import { callAs, codegenPath } from "../http/support/json-addresses";
import { fitsOneLine, naughtyTexts } from "../http/support/naughty-texts";
import { HttpPerson, userMessage } from "../support/http-person";
import "../http/support/refusal-matchers";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey } from "../http/support/stand-in";

let person: HttpPerson;
let ids: { projectId: string; threadId: string };
let key: string;
beforeAll(async () => {
  person = await newPerson();
  ids = { projectId: await person.createProject(), threadId: randomUUID() };
  key = await newKey();
  await person.saveKey(key);
  await person.chat({ ...ids, text: "say: hello", keyProvider: "personal" });
});

const ofOneLine = naughtyTexts.filter(fitsOneLine);
/** For a display name, which is stored with the white space around it. */
const untrimmed = ofOneLine.filter(isVisible);
const ofNoLine = naughtyTexts.filter((text) => !fitsOneLine(text));
const wellFormed = naughtyTexts.filter((text) => text.isWellFormed());

const rename = (name: string) => person.call("POST", "/api/auth/update-user", { name });

test("there are enough of each kind", () => {
  expect(new Set(naughtyTexts).size).toBeGreaterThan(55);
  expect(ofOneLine.length).toBeGreaterThan(35);
  expect(ofNoLine.length).toBeGreaterThan(10);
});

test("as a project's name: refused where no name can hold it, else unchanged", async () => {
  const path = `/api/v1/projects/${await person.createProject("x")}`;
  for (const name of ofOneLine) {
    const answer = await person.call("PATCH", path, { name });
    expect(answer).toMatchObject({ status: 200, body: { name: name.trim() } });
    expect((await person.call("GET", path)).body.name).toBe(name.trim());
  }
  for (const name of ofNoLine) {
    expect(await person.call("PATCH", path, { name })).toBeRefused({ status: 400, code: "invalid_request" });
  }
});

test("as a thread's title", async () => {
  const threads = `/api/v1/projects/${ids.projectId}/threads`;
  for (const title of ofOneLine) {
    const answer = await person.call("PATCH", `${threads}/${ids.threadId}`, { title });
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    expect((await person.call("GET", threads)).body.threads).toMatchObject([{ title: title.trim() }]);
  }
  for (const title of ofNoLine) {
    const answer = await person.call("PATCH", `${threads}/${ids.threadId}`, { title });
    expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
  }
});

test("as a display name, which every page shows", async () => {
  for (const name of untrimmed) {
    expect((await rename(name)).body).toEqual({ status: true });
    expect((await person.call("GET", "/api/auth/get-session")).body.user.name).toBe(name);
  }
  for (const name of naughtyTexts.filter((text) => !untrimmed.includes(text))) {
    expect(await rename(name)).toBeRefusedByAuth({ status: 400, code: "invalid_request" });
  }
});

test("as a secret's value: what is stored opens to the same text", async () => {
  const { id, hex } = inject("encryptionKey");
  const ring = parseKeyRing({ ENCRYPTION_KEYS: `${id}:${hex}` });
  const keys = new KeyEncryptionKeys([...ring.keys].map(environmentKeyEncryptionKey));
  const path = `/api/v1/projects/${ids.projectId}/secrets`;
  const context = {
    table: "project_secrets",
    column: "value",
    owner: ids.projectId,
    purpose: "NAUGHTY/text",
  };
  for (const value of wellFormed) {
    expect((await person.call("POST", path, { name: "NAUGHTY", value })).body).toEqual({ success: true });
    const [row] = await sql<{ sealed: string; id: string; wrapped: string }>(
      `select v.value ->> 'text' as sealed, k.id, k.wrapped from project_secrets v
       join data_keys k on k.id = split_part(v.value ->> 'text', '.', 2) where v.project_id = $1`,
      [ids.projectId],
    );
    const owner = { ownerKind: "project", ownerId: ids.projectId };
    const dataKey = await unwrapDataKey(row?.wrapped ?? "", { dataKeyId: row?.id ?? "", ...owner }, keys);
    expect(openWithDataKey(row?.sealed ?? "", context, dataKey)).toBe(value);
  }
  for (const value of naughtyTexts.filter((text) => !text.isWellFormed())) {
    const answer = await person.call("POST", path, { name: "NAUGHTY", value });
    expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
  }
});

test("as messages: stored and sent unchanged, but for what neither Postgres nor a provider takes", async () => {
  const threadId = randomUUID();
  const messages = [...naughtyTexts, "say: all of them"].map((text) => userMessage(text));
  const answer = await person.chat({ projectId: ids.projectId, messages, threadId, keyProvider: "personal" });
  expect(answer).toMatchObject({ status: 200, text: "all of them", error: null });
  const expected = messages.flatMap(({ parts }) =>
    parts.map(({ text }) => text.toWellFormed().replaceAll("\u0000", "\ufffd")),
  );
  const stored = await person.messagesOf(ids.projectId, threadId);
  expect(stored.slice(0, -1).flatMap(({ parts }) => parts.map((part) => part["text"]))).toEqual(expected);
  const [, request] = await arrivedUpstream({ key });
  const sent = request?.body as { messages: { content: { text: string }[] }[] };
  const texts = sent.messages.flatMap(({ content }) => content.map(({ text }) => text));
  // The last one names the model and the payer.
  expect(texts.slice(0, -1)).toEqual(expected.filter((text) => text.trim() !== ""));
});

test("as the content of a file", async () => {
  const content = wellFormed.filter((text) => !text.includes("\u0000")).join("\n");
  const text = `tool: writeFile ${JSON.stringify({ path: "naughty.txt", content })}`;
  expect(await person.chat({ projectId: ids.projectId, text })).toMatchObject({ text: "done", error: null });
  const file = await person.call("GET", `/api/v1/projects/${ids.projectId}/files/content?path=naughty.txt`);
  expect(file.body).toMatchObject({ path: "naughty.txt", content });
});

test("in every parameter of an address", async () => {
  for (const text of naughtyTexts.map((text) => text.toWellFormed())) {
    const encoded = encodeURIComponent(text);
    const file = await person.call(
      "GET",
      `/api/v1/projects/${ids.projectId}/files/content?path=missing${encoded}`,
    );
    expect(file).toBeRefused();
    expect(await person.call("GET", `/api/v1/user/ai-keys?provider=${encoded}`)).toBeRefused({
      code: "unknown_provider",
    });
    const body = { messages: [userMessage("say: hello")] };
    expect(await callAs(person, "POST", codegenPath(ids, { model: text }), body)).toBeRefused({
      code: "unknown_model",
    });
    expect(await callAs(person, "POST", codegenPath(ids, { keyProvider: text }), body)).toBeRefused({
      code: "unknown_key_provider",
    });
  }
});
