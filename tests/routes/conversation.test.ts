import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { chatMessageMetadataSchema } from "@/contracts/chat";
import { FILE_CONTENT_MAX_BYTES, PROJECT_MAX_FILES } from "@/contracts/limits";
import type { ThreadMessage } from "@/contracts/threads";
import type { JournalEntry } from "../../demo/stand-in/request-journal";
import { chatChunks, restOf, untilChunk } from "../http/support/chat-chunks";
import { sql } from "../http/support/database";
import { type ChatAnswer, HttpPerson, userMessage } from "../support/http-person";
import "../http/support/refusal-matchers";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey, standIn } from "../http/support/stand-in";

let person: HttpPerson;
let projectId: string;
let key: string;
beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
  key = await newKey();
  await person.saveKey(key);
});

type Sent = { id: string; role: string; parts: unknown[] };

/**
 * Sends a conversation that ends with a message of the person's.
 * @returns the answer, and the answer as it is stored
 */
async function send(threadId: string, messages: Sent[], keyProvider = "personal") {
  const answer = await person.chat({ projectId, threadId, messages, keyProvider });
  const stored = await person.messagesOf(projectId, threadId);
  return { answer, stored: stored.at(-1) as ThreadMessage, all: stored };
}

const threadsOf = async (ofProject = projectId) =>
  (await person.call("GET", `/api/v1/projects/${ofProject}/threads`)).body.threads as {
    id: string;
    title: string;
  }[];

const filesOf = async (ofProject: string) =>
  (await person.call("GET", `/api/v1/projects/${ofProject}/files`)).body.files as {
    path: string;
    size: number;
  }[];

const contentOf = async (ofProject: string, path: string) =>
  (await person.call("GET", `/api/v1/projects/${ofProject}/files/content?path=${path}`)).body
    .content as string;

/** Lets the agent call one tool. @returns what the tool answered */
async function callTool(ofProject: string, name: string, input: Record<string, unknown>, threadId?: string) {
  const text = `tool: ${name} ${JSON.stringify(input)}`;
  const answer = await person.chat({ projectId: ofProject, text, ...(threadId ? { threadId } : {}) });
  expect(answer).toMatchObject({ status: 200, text: "done", error: null });
  return outputOf(answer);
}

function outputOf({ chunks }: ChatAnswer): unknown {
  return chunks.find(({ type }) => type === "tool-output-available")?.["output"];
}

const usageOf = (messageId: string) =>
  sql<{ outcome: string; duration_ms: number } & Record<string, unknown>>(
    "select * from usage_events where message_id = $1 order by round",
    [messageId],
  );

const COMPLETED = { outcome: "completed", error_code: null };

interface SentRequest {
  system: unknown;
  tools: unknown;
  messages: { role: string; content: Record<string, unknown>[] }[];
}

function lastRequest(entries: JournalEntry[]): SentRequest {
  return entries.at(-1)?.body as SentRequest;
}

/** A block of a provider request as one line. */
function shapeOf({ type, text, id, tool_use_id: answers, content }: Record<string, unknown>): string {
  if (type === "text") return String(text);
  const parts = type === "tool_use" ? [type, id] : [type, answers, JSON.stringify(content)];
  return parts.join(" ");
}

describe("a conversation is kept as it was", () => {
  test("question and answer are listed in order, each below the one it follows, with what the answer took", async () => {
    const threadId = randomUUID();
    const [first, second] = [userMessage("say: one"), userMessage("say: two")];
    const { stored: one, answer } = await send(threadId, [first]);
    const { all } = await send(threadId, [first, one, second], "platform");
    expect(all.map(({ id, parentId, role }) => ({ id, parentId, role }))).toEqual([
      { id: first.id, parentId: null, role: "user" },
      { id: one.id, parentId: first.id, role: "assistant" },
      { id: second.id, parentId: one.id, role: "user" },
      { id: all[3]?.id, parentId: second.id, role: "assistant" },
    ]);
    expect(all[1]?.parts).toContainEqual(expect.objectContaining({ type: "text", text: "one" }));
    expect(all[1]?.metadata).toEqual({
      keyProvider: "personal",
      aiProvider: "anthropic",
      keyId: expect.any(String),
      keyLabel: "Anthropic key",
      keyLast4: key.slice(-4),
      keySecretId: expect.any(String),
      model: "claude-haiku-4-5",
      outcome: "completed",
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number), cachedInputTokens: 0 },
      contextTokens: expect.any(Number),
      cost: { microUsd: expect.any(Number), source: "estimated" },
      latency: { firstTokenMs: expect.any(Number), totalMs: expect.any(Number) },
    });
    // Haiku 4.5 costs 1 dollar for a million tokens in and 5 for a million out.
    const { usage, cost } = chatMessageMetadataSchema.parse(all[1]?.metadata);
    expect(cost?.microUsd).toBe((usage?.inputTokens ?? 0) + 5 * (usage?.outputTokens ?? 0));
    expect(all[3]?.metadata).toMatchObject({ keyProvider: "platform" });
    expect(all[3]?.metadata).not.toHaveProperty("keyLast4");
    expect(answer.chunks[0]).toMatchObject({ type: "start", messageId: one.id });
  });

  test("the first words become the thread's title; threads are listed with the newest activity first", async () => {
    const ofProject = await person.createProject();
    const [older, newer] = [randomUUID(), randomUUID()];
    const text = `  Please explain\n\tthis: ${"word ".repeat(40)}`;
    await person.chat({ projectId: ofProject, threadId: older, text });
    await person.chat({ projectId: ofProject, threadId: newer, text: "say: hello" });
    const listed = await threadsOf(ofProject);
    expect(listed.map(({ id }) => id)).toEqual([newer, older]);
    expect(listed[1]?.title).toMatch(/^Please explain this: word (word )*wor…$/);
    expect(listed[1]?.title.length).toBeLessThanOrEqual(60);
    await person.chat({ projectId: ofProject, threadId: older, text: "say: again" });
    expect((await threadsOf(ofProject)).map(({ id }) => id)).toEqual([older, newer]);

    // Threads that began with the same words can be told apart, also if they begin at the same moment.
    const alike = Array.from({ length: 3 }, () => randomUUID());
    await Promise.all(
      alike.map((threadId) => person.chat({ projectId: ofProject, threadId, text: "say: hello" })),
    );
    const titles = (await threadsOf(ofProject))
      .map(({ title }) => title)
      .filter((title) => /hello/.test(title));
    expect(titles.toSorted()).toEqual(["say: hello", "say: hello (2)", "say: hello (3)", "say: hello (4)"]);
  });

  test("retrying adds an answer next to the first", async () => {
    const threadId = randomUUID();
    const question = userMessage("say: hello");
    const { stored: first } = await send(threadId, [question]);
    const { stored: second, all } = await send(threadId, [question]);
    expect(all.map(({ id }) => id)).toEqual([question.id, first.id, second.id]);
    expect(second.id).not.toBe(first.id);
    expect([first.parentId, second.parentId]).toEqual([question.id, question.id]);
  });

  test("editing a question adds a branch and overwrites nothing", async () => {
    const threadId = randomUUID();
    const [question, followUp, edited] = [
      userMessage("say: one"),
      userMessage("say: two"),
      userMessage("say: other"),
    ];
    const { stored: one } = await send(threadId, [question]);
    const { stored: two } = await send(threadId, [question, one, followUp]);
    const { stored: other, all } = await send(threadId, [question, one, edited]);
    expect(all.map(({ id }) => id)).toEqual([question.id, one.id, followUp.id, two.id, edited.id, other.id]);
    expect(all[4]).toMatchObject({ parentId: one.id, parts: edited.parts });
    expect(all[2]).toMatchObject({ parentId: one.id, parts: followUp.parts });
    // The first question edited: a second root.
    const root = userMessage("say: root");
    const { all: withRoot } = await send(threadId, [root]);
    expect(withRoot.at(-2)).toMatchObject({ id: root.id, parentId: null });
  });

  test("of tabs that write into one thread at the same moment, one is answered, and nothing of the others is stored", async () => {
    const threadId = randomUUID();
    const tabs = Array.from({ length: 6 }, () => userMessage("long: 6000"));
    const responses = await Promise.all(
      tabs.map((message) => person.send({ projectId, threadId, messages: [message] })),
    );
    const answered = responses.findIndex(({ status }) => status === 200);
    const refused = responses.filter((_, index) => index !== answered);
    for (const response of refused) {
      expect(response.status).toBe(409);
      expect(await response.json()).toEqual({
        code: "thread_busy",
        error: "An answer is being written in this thread. Wait or stop it.",
      });
    }
    const chunks = chatChunks(responses[answered] as Response);
    await untilChunk(chunks, "text-delta");
    expect(await person.stopRun(responses[answered]?.headers.get("x-run-id") ?? null)).toBe(true);
    await restOf(chunks);
    const stored = await person.messagesOf(projectId, threadId);
    expect(stored.map(({ role, id }) => (role === "user" ? id : role))).toEqual([
      tabs[answered]?.id,
      "assistant",
    ]);
  });

  test("a browser cannot rewrite a stored answer, nor change its place", async () => {
    const threadId = randomUUID();
    const question = userMessage("say: the truth");
    const { stored } = await send(threadId, [question]);
    const rewritten = {
      ...stored,
      parts: [{ type: "text", text: "a lie" }],
      metadata: { keyProvider: "platform" },
      parentId: null,
    };
    const before = await person.messagesOf(projectId, threadId);
    await send(threadId, [rewritten, question, userMessage("say: next")]);
    expect((await person.messagesOf(projectId, threadId)).slice(0, 2)).toEqual(before);
  });

  test.each(["personal", "platform"])(
    "a message that cannot be sent with what was stored before it is refused, and not stored (%s)",
    async (keyProvider) => {
      const threadId = randomUUID();
      const question = userMessage("say: hello");
      const { stored } = await send(threadId, [question]);
      const before = await person.messagesOf(projectId, threadId);
      // As an older version could have stored it, or an import.
      await sql("update messages set parts = $2 where id = $1", [question.id, '[{ "type": "file" }]']);
      const next = userMessage("say: next");
      const refused = { status: 400, error: { code: "invalid_messages" } };
      const message = { projectId, threadId, keyProvider };
      expect(
        await person.chat({ ...message, question: { parentId: stored.id, message: next } }),
      ).toMatchObject(refused);
      expect(await person.chat({ ...message, messages: [question, stored, next] })).toMatchObject(refused);
      const after = await person.messagesOf(projectId, threadId);
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      expect(await sql("select 1 from runs where thread_id = $1", [threadId])).toEqual([]);
    },
  );

  test("a browser cannot invent whose key paid for an answer", async () => {
    const threadId = randomUUID();
    const invented = {
      id: randomUUID(),
      role: "assistant",
      parts: [{ type: "text", text: "invented" }],
      metadata: { keyProvider: "personal", keyLast4: "0000", usage: { inputTokens: 1e9 } },
    };
    const question = { ...userMessage("say: hello"), metadata: { keyProvider: "platform" } };
    const { all } = await send(threadId, [userMessage("say: first"), invented, question]);
    expect(all.find(({ id }) => id === invented.id)?.metadata).toBeNull();
    expect(all.find(({ id }) => id === question.id)?.metadata).toBeNull();
    expect(await usageOf(invented.id)).toEqual([]);
  });

  test("a long answer in the history does not end the conversation", async () => {
    const long = {
      id: randomUUID(),
      role: "assistant",
      parts: [{ type: "text", text: "word ".repeat(30_000) }],
    };
    const { answer } = await send(randomUUID(), [userMessage("long"), long, userMessage("say: still here")]);
    expect(answer).toMatchObject({ status: 200, text: "still here", error: null });
  });

  test("a thread can be renamed and deleted, with its messages; another one stays", async () => {
    const ofProject = await person.createProject();
    const [kept, gone] = [randomUUID(), randomUUID()];
    for (const threadId of [kept, gone])
      await person.chat({ projectId: ofProject, threadId, text: "say: hello" });
    const path = `/api/v1/projects/${ofProject}/threads`;
    expect((await person.call("PATCH", `${path}/${kept}`, { title: " A title " })).body).toEqual({
      success: true,
    });
    expect((await person.call("DELETE", `${path}/${gone}`)).body).toEqual({ success: true });
    expect(await threadsOf(ofProject)).toMatchObject([{ id: kept, title: "A title" }]);
    expect(await sql("select 1 from messages where thread_id = $1", [gone])).toEqual([]);
    expect(await person.call("DELETE", `${path}/${gone}`)).toBeRefused({ status: 404, code: "not_found" });
  });

  test("a message without a thread is answered and kept nowhere", async () => {
    const ofProject = await person.createProject();
    expect(await person.chat({ projectId: ofProject, text: "say: hello" })).toMatchObject({ text: "hello" });
    expect(await threadsOf(ofProject)).toEqual([]);
  });
});

describe("what is deleted while the answer comes stays deleted", () => {
  test("a thread does not come back with the end of its answer, which is stopped", async () => {
    const threadId = randomUUID();
    const chunks = chatChunks(await person.send({ projectId, threadId, text: "long: 6000" }));
    const start = await untilChunk(chunks, "start");
    await untilChunk(chunks, "text-delta");
    expect((await person.call("DELETE", `/api/v1/projects/${projectId}/threads/${threadId}`)).status).toBe(
      200,
    );
    const rest = await restOf(chunks);
    expect(rest.at(-1)).toMatchObject({ type: "finish", messageMetadata: { outcome: "stopped" } });
    expect((await threadsOf()).map(({ id }) => id)).not.toContain(threadId);
    expect(await usageOf(String(start["messageId"]))).toMatchObject([
      { outcome: "aborted", project_id: projectId },
    ]);
  });

  test("a project's answer is stopped, no further request is paid for, and what the message took is on record", async () => {
    const ofProject = await person.createProject();
    // So long that the project is gone before the tool has all of its input.
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: "word ".repeat(2400) })}`;
    const chunks = chatChunks(await person.send({ projectId: ofProject, threadId: randomUUID(), text }));
    const start = await untilChunk(chunks, "start");
    await untilChunk(chunks, "tool-input-start");
    expect((await person.call("DELETE", `/api/v1/projects/${ofProject}`)).status).toBe(200);
    const rest = await restOf(chunks);
    expect(rest.find(({ type }) => type === "data-chat-error")?.data).toMatchObject({ code: "not_found" });
    expect(await usageOf(String(start["messageId"]))).toMatchObject([
      { outcome: "failed", error_code: "not_found", requests: 1, project_id: ofProject },
    ]);
    expect(await sql("select 1 from project_files where project_id = $1", [ofProject])).toEqual([]);
  });
});

describe("what reaches the provider of a history", () => {
  test("finished tool calls and texts; nothing that was broken off, hidden, smuggled in or meant for the page", async () => {
    const mark = randomUUID();
    const smuggled = {
      anthropic: { cacheControl: { type: "ephemeral", ttl: "1h" }, mark },
      openai: { mark },
    };
    const call = {
      toolCallId: "toolu_finished",
      input: { path: "a.txt" },
      callProviderMetadata: smuggled,
      providerExecuted: false,
    };
    const history = [
      userMessage("read a.txt"),
      {
        id: randomUUID(),
        role: "assistant",
        metadata: { mark },
        parts: [
          { type: "step-start" },
          {
            type: "reasoning",
            text: `thought ${mark}`,
            providerMetadata: { anthropic: { signature: mark } },
          },
          { type: "text", text: "Reading it.", providerMetadata: smuggled, state: "done" },
          {
            type: "tool-readFile",
            state: "output-available",
            output: { content: "A" },
            ...call,
            extra: mark,
          },
          {
            type: "tool-readFile",
            state: "output-error",
            toolCallId: "toolu_failed",
            input: {},
            errorText: "no such file",
          },
          {
            type: "tool-readFile",
            state: "input-streaming",
            toolCallId: `toolu_${mark}`,
            input: { path: mark },
          },
          {
            type: "tool-writeFile",
            state: "input-available",
            toolCallId: `toolu_2${mark}`,
            input: { path: mark },
          },
          { type: "source-url", sourceId: mark, url: `https://example.com/${mark}` },
          { type: "data-chat-error", data: { code: "provider_timeout", message: mark, action: "retry" } },
        ],
      },
      { id: randomUUID(), role: "assistant", parts: [{ type: "data-chat-error", data: { message: mark } }] },
      {
        id: randomUUID(),
        role: "assistant",
        parts: [{ type: "step-start" }, { type: "reasoning", text: mark }],
      },
      {
        ...userMessage("say: hello"),
        metadata: { mark },
        providerOptions: smuggled,
        experimental_attachments: [mark],
      },
    ];
    const { answer } = await send(randomUUID(), history);
    expect(answer).toMatchObject({ status: 200, text: "hello", error: null });
    const request = lastRequest(await arrivedUpstream({ key }));
    expect(JSON.stringify(request)).not.toContain(mark);
    // Our own marks have no `ttl`.
    expect(JSON.stringify(request)).not.toMatch(/"ttl"|thinking|signature/);
    const shape = request.messages.map(({ role, content }) => [role, content.map(shapeOf)]);
    expect(shape).toEqual([
      ["user", ["read a.txt"]],
      ["assistant", ["Reading it.", "tool_use toolu_finished", "tool_use toolu_failed"]],
      [
        "user",
        [
          expect.stringMatching(/^tool_result toolu_finished .*content.*A/),
          expect.stringMatching(/^tool_result toolu_failed .*no such file/),
          "say: hello",
          expect.stringMatching(/^<context>.*paid by the person's own API key/),
        ],
      ],
    ]);
  });

  test("nothing that tells who asks: no id, no name, no e-mail address, no thread", async () => {
    const threadId = randomUUID();
    await send(threadId, [userMessage("say: hello")]);
    const [entry] = (await arrivedUpstream({ key })).slice(-1);
    const request = JSON.stringify([entry?.path, entry?.body, { ...entry?.headers, "x-api-key": "" }]);
    for (const own of [person.userId, person.email, "Test Person", threadId, projectId])
      expect(request).not.toContain(own);
    expect(Object.keys(entry?.body as object).toSorted()).toEqual([
      "max_tokens",
      "messages",
      "model",
      "stream",
      "system",
      "tool_choice",
      "tools",
    ]);
  });

  test("instructions and tools are the same for every model and payer of a project; the message says which they are", async () => {
    const ofProject = await person.createProject('A "quoted" name {"role":"system"}');
    await person.call("POST", `/api/v1/projects/${ofProject}/secrets`, {
      name: "TOKEN",
      value: "secret-of-the-project",
    });
    const threadId = randomUUID();
    const text = `say: ${randomUUID()}`;
    const question = userMessage(text);
    const ask = (messages: Sent[], payer: object) =>
      person.chat({ projectId: ofProject, threadId, messages, ...payer });
    await ask([question], { keyProvider: "personal", model: "claude-sonnet-4-5" });
    const [, answer] = await person.messagesOf(ofProject, threadId);
    const next = userMessage("say: next");
    await ask([question, answer as Sent, next], { keyProvider: "platform" });
    const [first, second] = (await arrivedUpstream({ text })).map(({ body }) => body as SentRequest);
    expect(second?.system).toEqual(first?.system);
    expect(second?.tools).toEqual(first?.tools);
    expect(JSON.stringify(first?.system)).toContain("quoted");
    expect(JSON.stringify(first?.system)).not.toMatch(/Sonnet|paid by/);
    expect(JSON.stringify(first)).not.toContain("secret-of-the-project");
    // Each at the end of its message, so that the next request begins as this one did.
    const configuration = expect.stringContaining("Sonnet, paid by the person's own API key");
    expect(first?.messages).toMatchObject([{ content: [{ text }, { text: configuration }] }]);
    expect(second?.messages.slice(0, 1)).toMatchObject([{ content: [{ text }, { text: configuration }] }]);
    expect(second?.messages.at(-1)?.content.at(-1)).toMatchObject({
      text: expect.stringContaining("Haiku, paid by the platform's API key"),
    });
  });
});

describe("what a message took is on record", () => {
  test("each request: who paid, with which key and model, how it ended, tokens, cost and times, which make the receipt", async () => {
    const threadId = randomUUID();
    const { stored } = await send(threadId, [userMessage("tool: listFiles {}")]);
    const rows = await usageOf(stored.id);
    const { usage, cost } = chatMessageMetadataSchema.required().parse({ keyId: "", ...stored.metadata });
    const row = {
      user_id: person.userId,
      owner_kind: "person",
      owner_id: person.userId,
      purpose: "chat",
      requests: 1,
      thread_id: threadId,
      secret_id: expect.any(String),
      provider_request_id: expect.any(String),
      raw_usage: { output_tokens: expect.any(Number) },
      cost_source: "estimated",
      project_id: projectId,
      key_provider: "personal",
      key_last4: key.slice(-4),
      provider: "anthropic",
      model: "claude-haiku-4-5",
      outcome: "completed",
      error_code: null,
      cached_input_tokens: 0,
      duration_ms: expect.any(Number),
      first_token_ms: expect.any(Number),
    };
    expect(rows).toMatchObject([
      { ...row, round: 0 },
      { ...row, round: 1 },
    ]);
    const sum = (column: string) => rows.reduce((total, each) => total + Number(each[column]), 0);
    expect(sum("input_tokens")).toBe(usage.inputTokens);
    expect(sum("output_tokens")).toBe(usage.outputTokens);
    expect(cost).toEqual({ microUsd: sum("cost_micro_usd"), source: "estimated" });
    // Both calls of the run, as the provider reported them.
    const calls = (await arrivedUpstream({ key })).slice(-2);
    const characters = calls.map(({ body }) => JSON.stringify(body).length);
    expect(usage.inputTokens).toBeGreaterThan(Math.max(...characters) / 4);
    expect(usage.inputTokens).toBeLessThan((characters[0] ?? 0) / 2 + (characters[1] ?? 0) / 2);
  });

  test("however messages end, the receipt of each is the sum of its requests", async () => {
    const someone = await newPerson();
    const [project, failing] = [await someone.createProject(), await newKey("mid-stream-error")];
    await someone.saveKey(failing);
    const sent = { projectId: project, keyProvider: "personal" };
    const say = (text: string) => someone.chat({ ...sent, threadId: randomUUID(), text });
    await say("say: broken off");
    await standIn.setKey(failing, "answers");
    await Promise.all(["say: hello", "tool: listFiles {}", "think: a while", "cached: once"].map(say));
    const threadId = randomUUID();
    const response = await someone.send({ ...sent, threadId, text: "long: 5000" });
    const chunks = chatChunks(response);
    await untilChunk(chunks, "text-delta");
    await someone.stopRun(response.headers.get("x-run-id"));
    const answers = await sql<{ receipt: string | null; source: string; rows: string }>(
      `select m.metadata #>> '{cost,microUsd}' as receipt, m.metadata #>> '{cost,source}' as source,
         (select sum(u.cost_micro_usd)::text from usage_events u where u.message_id = m.id) as rows
       from messages m join threads t on t.id = m.thread_id where t.project_id = $1 and m.role = 'assistant'`,
      [project],
    );
    expect(answers).toHaveLength(6);
    for (const { receipt, rows } of answers) {
      expect(Number(rows)).toBeGreaterThan(0);
      expect(receipt).toBe(rows);
    }
    expect(answers.map(({ source }) => source).toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => "estimated"),
      "floor",
      "floor",
    ]);
  });

  test("for the platform's key no last four characters are stored, also for a person with a key", async () => {
    const { stored } = await send(randomUUID(), [userMessage("say: hello")], "platform");
    expect(await usageOf(stored.id)).toMatchObject([
      { key_provider: "platform", key_last4: null, outcome: "completed" },
    ]);
  });

  test("a refused message leaves no row", async () => {
    const count = async () =>
      (await sql("select 1 from usage_events where user_id = $1", [person.userId])).length;
    const before = await count();
    await person.chat({ projectId, text: "say: hello", model: "claude-opus-4-5", keyProvider: "platform" });
    await person.chat({ projectId: randomUUID(), text: "say: hello" });
    expect(await count()).toBe(before);
  });
});

describe("the agent's tools", () => {
  let workspace: string;
  beforeAll(async () => {
    workspace = await person.createProject("Tools");
  });

  test("writes, reads, edits, finds, lists and deletes files", async () => {
    const content = "first line\nsecond LINE\n";
    expect(await callTool(workspace, "writeFile", { path: "src/a.txt", content })).toEqual({
      path: "src/a.txt",
      created: true,
      size: 23,
    });
    expect(await contentOf(workspace, "src/a.txt")).toBe(content);
    expect(await callTool(workspace, "readFile", { path: "src/a.txt" })).toEqual({
      path: "src/a.txt",
      content,
    });
    const edit = { path: "src/a.txt", oldText: "second LINE", newText: "zweite Zeile ✓" };
    expect(await callTool(workspace, "editFile", edit)).toEqual({
      path: "src/a.txt",
      created: false,
      size: 28,
    });
    expect(await contentOf(workspace, "src/a.txt")).toBe("first line\nzweite Zeile ✓\n");
    expect(await callTool(workspace, "searchFiles", { query: "ZEILE" })).toEqual({
      matches: [{ path: "src/a.txt", line: 2, text: "zweite Zeile ✓" }],
      more: false,
    });
    expect(await callTool(workspace, "listFiles", {})).toEqual({ files: [{ path: "src/a.txt", size: 28 }] });
    expect(await filesOf(workspace)).toMatchObject([{ path: "src/a.txt", size: 28 }]);
    expect(await callTool(workspace, "deleteFile", { path: "src/a.txt" })).toEqual({
      path: "src/a.txt",
      deleted: true,
    });
    expect(await filesOf(workspace)).toEqual([]);
  });

  test("a whole task: files appear, the answer tells about them, a later message changes one", async () => {
    const ofProject = await person.createProject();
    const threadId = randomUUID();
    const question = userMessage("Build a todo list");
    const built = await person.chat({ projectId: ofProject, threadId, messages: [question] });
    expect(built.error).toBeNull();
    const files = await filesOf(ofProject);
    expect(files.length).toBeGreaterThan(1);
    expect(files.map(({ path }) => path)).toContain("index.html");
    const [, answer] = await person.messagesOf(ofProject, threadId);
    const calls = answer?.parts.filter(({ type }) => type === "tool-writeFile") ?? [];
    expect(calls.map(({ state }) => state)).toEqual(files.map(() => "output-available"));
    const changed = await person.chat({
      projectId: ofProject,
      threadId,
      messages: [question, answer as Sent, userMessage('Change the title to "Groceries"')],
    });
    expect(changed.error).toBeNull();
    expect(await contentOf(ofProject, "index.html")).toContain("Groceries");
  });

  const refusals: [name: string, tool: string, input: Record<string, unknown>, says: RegExp][] = [
    [
      "a path that leaves the project",
      "writeFile",
      { path: "../../etc/passwd", content: "x" },
      /relative path/,
    ],
    ["an absolute path", "readFile", { path: "/etc/passwd" }, /relative path/],
    ["a path with a NUL", "readFile", { path: "a\u0000" }, /control characters/],
    ["a path with broken Unicode", "deleteFile", { path: "\ud800" }, /control characters/],
    ["a file that is not there", "readFile", { path: "missing.txt" }, /does not exist/],
    ["deleting what is not there", "deleteFile", { path: "missing.txt" }, /does not exist/],
    [
      "editing what is not there",
      "editFile",
      { path: "missing.txt", oldText: "a", newText: "b" },
      /does not exist/,
    ],
    ["content with a NUL", "writeFile", { path: "nul.bin", content: "a\u0000" }, /Only text/],
    ["content with broken Unicode", "writeFile", { path: "half.txt", content: "\ud800" }, /Only text/],
    ["a search for a NUL", "searchFiles", { query: "\u0000" }, /NUL/],
    ["arguments of another tool", "writeFile", { query: "x" }, /expected string/],
    ["arguments of another type", "readFile", { path: { toString: "x" } }, /expected string/],
    ["a search for nothing", "searchFiles", { query: "" }, /Too small/],
  ];
  test.each(refusals)(
    "tell the model about %s; the answer is kept, and the message did not fail",
    async (_name, tool, input, says) => {
      const threadId = randomUUID();
      const output = await callTool(workspace, tool, input, threadId);
      expect(output).toMatchObject({ error: expect.anything() });
      expect(JSON.stringify(output)).toMatch(says);
      const stored = await person.messagesOf(workspace, threadId);
      expect(stored.map(({ role }) => role)).toEqual(["user", "assistant"]);
      expect(await usageOf(stored[1]?.id ?? "")).toMatchObject([COMPLETED, COMPLETED]);
    },
  );

  test("an unknown tool: the model gets an error, and the message does not fail", async () => {
    const threadId = randomUUID();
    const answer = await person.chat({ projectId: workspace, threadId, text: "tool: runCommand {}" });
    expect(answer).toMatchObject({ text: "done", error: null });
    expect(answer.chunks).toContainEqual(
      expect.objectContaining({
        type: "tool-output-error",
        errorText: expect.stringContaining("no tool of this name"),
      }),
    );
    const [, stored] = await person.messagesOf(workspace, threadId);
    expect(await usageOf(stored?.id ?? "")).toMatchObject([COMPLETED, COMPLETED]);
  });

  test("a text that occurs twice, or not at all, is not edited", async () => {
    await callTool(workspace, "writeFile", { path: "twice.txt", content: "same same" });
    expect(
      await callTool(workspace, "editFile", { path: "twice.txt", oldText: "same", newText: "x" }),
    ).toEqual({
      error: expect.stringContaining("several times"),
    });
    expect(
      await callTool(workspace, "editFile", { path: "twice.txt", oldText: "Same", newText: "x" }),
    ).toEqual({
      error: expect.stringContaining("does not stand"),
    });
    expect(await contentOf(workspace, "twice.txt")).toBe("same same");
  });

  test("of edits of one file at the same moment none is lost", async () => {
    const ofProject = await person.createProject();
    const marks = Array.from({ length: 8 }, (_, index) => `[${index}]`);
    await callTool(ofProject, "writeFile", { path: "list.txt", content: marks.join("\n") });
    await Promise.all(
      marks.map((mark) =>
        callTool(ofProject, "editFile", { path: "list.txt", oldText: mark, newText: `${mark} done` }),
      ),
    );
    expect(await contentOf(ofProject, "list.txt")).toBe(marks.map((mark) => `${mark} done`).join("\n"));
  });

  test("a file holds 256 kB of UTF-8 and not a byte more", async () => {
    const ofProject = await person.createProject();
    await callTool(ofProject, "writeFile", { path: "large.txt", content: "here" });
    await sql("update project_files set content = content || repeat('x', $2) where project_id = $1", [
      ofProject,
      FILE_CONTENT_MAX_BYTES - 6,
    ]);
    const edit = (newText: string) =>
      callTool(ofProject, "editFile", { path: "large.txt", oldText: "here", newText });
    expect(await edit("here✓")).toEqual({ error: expect.stringContaining("256 kB") });
    expect(await edit("here12")).toMatchObject({ size: FILE_CONTENT_MAX_BYTES });
  });

  test("a new file's path can be seen as it is; one from before is still read, changed and deleted", async () => {
    const ofProject = await person.createProject();
    for (const path of ["invoice\u202efdp.exe", "src/in\u200bdex.ts", "a\u00ad.ts"]) {
      expect(await callTool(ofProject, "writeFile", { path, content: "x" })).toEqual({
        error: expect.stringContaining("cannot be seen"),
      });
      await sql("insert into project_files (project_id, path, content, size) values ($1, $2, 'x', 1)", [
        ofProject,
        path,
      ]);
      expect(await callTool(ofProject, "readFile", { path })).toMatchObject({ content: "x" });
      expect(await callTool(ofProject, "writeFile", { path, content: "xy" })).toMatchObject({ size: 2 });
      expect(await callTool(ofProject, "deleteFile", { path })).toMatchObject({ deleted: true });
    }
  });

  test("a name is one file in both of its forms, also one from before there was this rule", async () => {
    const ofProject = await person.createProject();
    const [composed, apart] = ["caf\u00e9.txt", "cafe\u0301.txt"];
    const tool = (name: string, input: object) => callTool(ofProject, name, { ...input });
    await tool("writeFile", { path: composed, content: "old" });
    expect(await tool("writeFile", { path: apart, content: "new\r\nline" })).toMatchObject({
      created: false,
    });
    expect(await tool("readFile", { path: apart })).toEqual({ path: composed, content: "new\r\nline" });
    expect(await tool("editFile", { path: apart, oldText: "w\nl", newText: "w\nL" })).toMatchObject({
      size: 9,
    });
    expect(await contentOf(ofProject, encodeURIComponent(apart))).toBe("new\r\nLine");
    expect(await tool("deleteFile", { path: apart })).toEqual({ path: composed, deleted: true });
    await sql("insert into project_files (project_id, path, content, size) values ($1, $2, 'x', 1)", [
      ofProject,
      apart,
    ]);
    expect(await tool("writeFile", { path: composed, content: "xy" })).toMatchObject({
      path: apart,
      size: 2,
    });
    expect(await filesOf(ofProject)).toMatchObject([{ path: apart, size: 2 }]);
  });

  test("a file and a folder cannot have the same name; names that begin alike can", async () => {
    const ofProject = await person.createProject();
    const write = (path: string) => callTool(ofProject, "writeFile", { path, content: "x" });
    for (const path of ["src", "lib/a/b.ts", "lib_a", "100%/x", "1000/x"])
      expect(await write(path)).toMatchObject({ created: true });
    expect(await write("src/a.ts")).toEqual({ error: expect.stringMatching(/^src is a file/) });
    expect(await write("src/deep/a.ts")).toEqual({ error: expect.stringMatching(/^src is a file/) });
    expect(await write("lib/a")).toEqual({
      error: expect.stringMatching(/^lib\/a is a folder.*lib\/a\/b\.ts/),
    });
    expect(await write("lib")).toEqual({ error: expect.stringMatching(/^lib is a folder/) });
    for (const path of ["srcs/a.ts", "lib/a.ts", "LIB/a", "100", "10"])
      expect(await write(path)).toMatchObject({ created: true });
    await callTool(ofProject, "deleteFile", { path: "src" });
    expect(await write("src/a.ts")).toMatchObject({ created: true });
  });

  test("a project holds 500 files; replacing one of them goes on working", async () => {
    const ofProject = await person.createProject();
    await sql(
      "insert into project_files (project_id, path, content, size) select $1, 'file-' || n, 'x', 1 from generate_series(1, $2) n",
      [ofProject, PROJECT_MAX_FILES],
    );
    const refused = { error: expect.stringContaining("at most 500 files") };
    expect(await callTool(ofProject, "writeFile", { path: "one-too-many", content: "x" })).toEqual(refused);
    expect(await callTool(ofProject, "writeFile", { path: "file-7", content: "xy" })).toMatchObject({
      created: false,
      size: 2,
    });
    await callTool(ofProject, "deleteFile", { path: "file-7" });
    // At the limit, of two new files at once one has to wait for the next deletion.
    const both = await Promise.all(
      ["left", "right"].map((path) => callTool(ofProject, "writeFile", { path, content: "x" })),
    );
    expect(both).toContainEqual(expect.objectContaining({ created: true }));
    expect(both).toContainEqual(refused);
    expect(await filesOf(ofProject)).toHaveLength(PROJECT_MAX_FILES);
  });

  test("a database failure is reported in our own words, to the model and to the page", async () => {
    const path = `${randomUUID()}.txt`;
    const name = `fail_${randomUUID().replaceAll("-", "")}`;
    await sql(
      `create function ${name}() returns trigger language plpgsql as
       $$ begin if new.path = '${path}' then raise exception 'the disk is on fire'; end if; return new; end $$`,
    );
    await sql(
      `create trigger ${name} before insert on project_files for each row execute function ${name}()`,
    );
    try {
      const text = `tool: writeFile ${JSON.stringify({ path, content: "x" })}`;
      const answer = await person.chat({ projectId: workspace, text, keyProvider: "personal" });
      expect(answer).toMatchObject({ text: "done", error: null });
      expect(outputOf(answer)).toEqual({ error: expect.stringContaining("a problem on the server") });
      const parts = JSON.stringify([answer.raw, (await arrivedUpstream({ key })).slice(-2)]);
      expect(parts).not.toMatch(/on fire|insert into|Failed query|project_files/);
    } finally {
      await sql(`drop function ${name} cascade`);
    }
  });
});
