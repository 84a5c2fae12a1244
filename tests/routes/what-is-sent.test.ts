import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ThreadMessage } from "@/contracts/threads";
import { newPerson } from "../http/support/new-person";
import { type ChatAnswer, type HttpPerson, userMessage } from "../support/http-person";
import { productWith } from "./support/product-with";
import {
  callsTool,
  deltas,
  SCRIPTED_HOST,
  type ScriptedAnswer,
  ScriptedEndpoint,
  type SentConversation,
  type SentMessage,
  says,
} from "./support/scripted-endpoint";

productWith({ ALLOWED_PRIVATE_ENDPOINTS: SCRIPTED_HOST });
const endpoint = new ScriptedEndpoint().use();

let person: HttpPerson;
beforeAll(async () => {
  person = await newPerson();
});

/** A thread of a new project, answered by a server that was told what to say. */
async function threadWith(...answers: ScriptedAnswer[]) {
  const projectId = await person.createProject();
  const threadId = randomUUID();
  const { baseUrl, received } = endpoint.playing(randomBytes(6).toString("hex"), answers);
  let keyId = await saveKey(baseUrl);
  return {
    received,
    /** Goes on with another key, at a server that answers like this. */
    switchTo: async (...others: ScriptedAnswer[]): Promise<SentConversation[]> => {
      const other = endpoint.playing(randomBytes(6).toString("hex"), others);
      keyId = await saveKey(other.baseUrl);
      return other.received;
    },
    /** The same key, with another secret and at another server. */
    replace: async (...others: ScriptedAnswer[]): Promise<SentConversation[]> => {
      const other = endpoint.playing(randomBytes(6).toString("hex"), others);
      const body = { apiKey: newSecret(), baseUrl: other.baseUrl, evenIfUntested: true };
      expect((await person.call("POST", `/api/v1/user/ai-keys/${keyId}/replacement`, body)).status).toBe(200);
      other.received.length = 0;
      return other.received;
    },
    say: async (text: string): Promise<ChatAnswer> => {
      const stored = await person.messagesOf(projectId, threadId);
      const messages = [...stored, userMessage(text)];
      const about = { projectId, threadId, messages, keyId, model: "m" };
      return person.chat({ ...about, keyProvider: "personal", aiProvider: "openai-compatible" });
    },
    stored: async (): Promise<ThreadMessage | undefined> =>
      (await person.messagesOf(projectId, threadId)).at(-1),
    files: async (): Promise<string[]> => {
      const { files } = (await person.call("GET", `/api/v1/projects/${projectId}/files`)).body;
      return files.map(({ path }: { path: string }) => path);
    },
    health: async (): Promise<unknown> => {
      const { keys } = (await person.call("GET", "/api/v1/user/ai-keys")).body;
      return keys.find(({ id }: { id: string }) => id === keyId).health;
    },
  };
}

function saveKey(baseUrl: string): Promise<string> {
  const provider = "openai-compatible";
  return person.saveKey(newSecret(), {
    provider,
    baseUrl,
    label: randomUUID(),
  });
}

const newSecret = () => `local-${randomBytes(24).toString("hex")}`;

/** Tool calls of a request with their arguments, each checked to have its result right after its message. */
function callsIn({ messages }: SentConversation) {
  return messages.flatMap((message, index) =>
    (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }, place) => {
      const result = messages[index + 1 + place];
      expect(result).toMatchObject({ role: "tool", tool_call_id: id });
      const input = JSON.parse(args) as Record<string, unknown>;
      expect(input).toEqual(expect.any(Object));
      expect(input).not.toBeInstanceOf(Array);
      return { id, name, input, result: String(result?.content) };
    }),
  );
}

const outputsOf = ({ chunks }: ChatAnswer) =>
  chunks.flatMap((chunk) => (chunk.type === "tool-output-available" ? [chunk["output"]] : []));
const textOf = (message: SentMessage | undefined) => String(message?.content);
const writes = (path: string, content: string) => JSON.stringify({ path, content });

describe("arguments of tool calls", () => {
  test("that are no JSON object are told to the model as what they were, and the thread goes on", async () => {
    const thread = await threadWith(
      callsTool("listFiles", "null"),
      callsTool("writeFile", '{"path":"a.txt","content":"A"'),
      callsTool("writeFile", JSON.stringify(writes("b.txt", "B".repeat(2000)))),
      callsTool("writeFile", '{"path":"package.json","content":{"name":"x"}}'),
      callsTool("readFile", '["b.txt"]'),
      callsTool("writeFile", '{"path":"\\ud800","content":"\\udc00"}'),
      says("done"),
    );
    const answer = await thread.say("hello");
    expect(answer).toMatchObject({ text: "done", error: null });
    expect(outputsOf(answer)).toMatchObject([
      { files: [] },
      { error: expect.stringContaining("not valid JSON") },
      { path: "b.txt", created: true, size: 2000 },
      { error: expect.stringMatching(/content: .*expected string/) },
      { error: expect.stringContaining("not a JSON object") },
      { error: expect.any(String) },
    ]);
    expect(await thread.files()).toEqual(["b.txt"]);
    expect(await thread.say("and now?")).toMatchObject({ status: 200, text: "done", error: null });
    for (const request of thread.received.slice(-2)) {
      const calls = callsIn(request);
      expect(calls).toHaveLength(6);
      expect(calls[0]?.input).toEqual({});
      expect(calls[1]?.result).toMatch(/not valid JSON/);
      expect(calls[2]?.input).toEqual({ path: "b.txt", content: "B".repeat(2000) });
      for (const { input } of calls) expect(JSON.stringify(input).length).toBeLessThan(3000);
    }
  });

  test("of a tool that does not exist: the model is told, and its name is sent back in a form all take", async () => {
    const thread = await threadWith(
      callsTool("x".repeat(130), "{}"),
      callsTool("run command", "{}", { id: "call_2" }),
      callsTool("functions.listFiles", "{}", { id: "call_3" }),
      says("I see"),
    );
    expect(await thread.say("hello")).toMatchObject({ text: "I see", error: null });
    expect(await thread.say("and now?")).toMatchObject({ text: "I see", error: null });
    for (const request of thread.received.slice(-2)) {
      const calls = callsIn(request);
      for (const { name } of calls) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(calls.map(({ name }) => name).at(-1)).toBe("listFiles");
    }
    expect(callsIn(thread.received.at(-2) as SentConversation)[0]?.result).toMatch(/no tool|not found/i);
  });
});

test("ids that a server uses again in each answer stay apart, in the answer and in the conversation", async () => {
  const thread = await threadWith(
    ...[1, 2, 3].map((n) => callsTool("writeFile", writes(`r${n}.txt`, `${n}`), { id: "call_0" })),
    says("done"),
    callsTool("readFile", '{"path":"r1.txt"}', { id: "call_0" }),
    says("read"),
  );
  const answer = await thread.say("hello");
  const made = answer.chunks.filter(({ type }) => type === "tool-input-available");
  expect(new Set(made.map((chunk) => chunk["toolCallId"])).size).toBe(3);
  expect(await thread.files()).toEqual(["r1.txt", "r2.txt", "r3.txt"]);
  expect(await thread.say("read one")).toMatchObject({ text: "read", error: null });
  const calls = callsIn(thread.received.at(-1) as SentConversation);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(4);
  expect(calls.map(({ input }) => input["path"])).toEqual(["r1.txt", "r2.txt", "r3.txt", "r1.txt"]);
  for (const { input, result } of calls) expect(result).toContain(input["path"]);
});

test("thinking goes back to the key that brought it, with tool calls only, and to no other", async () => {
  const thread = await threadWith(
    callsTool("listFiles", "{}", { thinking: "I look first." }),
    callsTool("listFiles", "{}"),
    deltas([{ reasoning_content: "Now I know." }, { content: "one" }]),
    says("two"),
  );
  await thread.say("first");
  await thread.say("second");
  const calling = thread.received.map(({ messages }) => messages.filter(({ tool_calls: calls }) => calls));
  expect(calling[1]?.map((message) => message.reasoning_content)).toEqual(["I look first."]);
  // A step without a thought has the field too: where it is required, it is required of every call.
  for (const message of calling.flat()) expect(message.reasoning_content).toMatch(/^(I look first\.| )$/);
  expect(JSON.stringify(thread.received.at(-1))).not.toContain("Now I know");
  const replaced = await thread.replace(says("three"));
  expect(await thread.say("third")).toMatchObject({ text: "three" });
  expect(JSON.stringify(replaced)).not.toMatch(/I look first|Now I know/);
  const elsewhere = await thread.switchTo(says("four"));
  expect(await thread.say("fourth")).toMatchObject({ text: "four" });
  expect(JSON.stringify(elsewhere)).not.toMatch(/I look first|Now I know/);
});

test("after answers that failed, the messages of the person are one", async () => {
  const thread = await threadWith({ status: 503 }, { status: 503 }, says("fine"));
  for (const text of ["first word", "second word"]) await thread.say(text);
  expect(await thread.say("third word")).toMatchObject({ text: "fine" });
  const [, ...messages] = thread.received.at(-1)?.messages ?? [];
  expect(messages.map(({ role }) => role)).toEqual(["user"]);
  expect(textOf(messages[0])).toMatch(/^first word\n.*second word\n.*third word\n/s);
});

function callOfMany(index: number) {
  const what = { name: "listFiles", arguments: "{}" };
  return { tool_calls: [{ index, id: `call_${index}`, type: "function", function: what }] };
}

test("an answer of any number of parts is taken back", async () => {
  const thread = await threadWith(
    deltas(
      Array.from({ length: 505 }, (_, index) => callOfMany(index)),
      "tool_calls",
    ),
    says("done"),
  );
  expect(await thread.say("hello")).toMatchObject({ text: "done", error: null });
  expect(await thread.say("and now?")).toMatchObject({ status: 200, text: "done", error: null });
});

function notice(code: string) {
  return { type: "data-chat-notice", data: { code, message: expect.any(String), action: "continue" } };
}

describe("an answer that is cut", () => {
  test.each([
    ["in its text", says("Half of a sent", "length"), "Half of a sent"],
    ["in another server's word", says("Half of a sent", "max_tokens"), "Half of a sent"],
    ["while thinking", deltas([{ reasoning_content: "Let me see" }], "length"), ""],
    ["before anything arrived", deltas([], "length"), ""],
    [
      "within a call",
      callsTool("writeFile", '{"path":"big.html","content":"<p>', { finishReason: "length" }),
      "",
    ],
  ])("%s says so, with what had arrived and its tokens", async (_name, cut, text) => {
    const thread = await threadWith(cut, says("the rest"));
    const answer = await thread.say("hello");
    expect(answer).toMatchObject({ text, error: null });
    expect(answer.chunks).toContainEqual(notice("answer_cut"));
    const stored = await thread.stored();
    expect(stored?.parts).toContainEqual(notice("answer_cut"));
    expect(stored?.metadata).toMatchObject({ outcome: "cut", usage: { inputTokens: 21, outputTokens: 13 } });
    expect(await thread.files()).toEqual([]);
    expect(await thread.health()).toMatchObject({ outcome: "ok" });
    expect(await thread.say("Continue.")).toMatchObject({ text: "the rest", error: null });
    expect(JSON.stringify(thread.received.at(-1))).not.toMatch(/chat-notice|answer_cut/);
  });

  test("after its last step says so, and does not ask again", async () => {
    const thread = await threadWith(callsTool("listFiles", "{}"));
    const answer = await thread.say("hello");
    expect(thread.received).toHaveLength(24);
    expect(answer.chunks).toContainEqual(notice("steps_exhausted"));
    const stored = await thread.stored();
    expect(stored?.parts.at(-1)).toMatchObject(notice("steps_exhausted"));
    expect(stored?.metadata).toMatchObject({ outcome: "cut" });
  });
});

describe("what the model knows", () => {
  const content = "a line of the file\n".repeat(50);

  test("is not sent again: a file that has not changed since it was read", async () => {
    const reads = callsTool("readFile", '{"path":"a.txt"}');
    const thread = await threadWith(
      callsTool("writeFile", writes("a.txt", content)),
      reads,
      says("read"),
      reads,
      says("again"),
      callsTool("writeFile", writes("a.txt", content.toUpperCase())),
      reads,
      says("changed"),
    );
    for (const text of ["one", "two", "three"]) await thread.say(text);
    const results = callsIn(thread.received.at(-1) as SentConversation)
      .filter(({ name }) => name === "readFile")
      .map(({ result }) => result);
    expect(results).toEqual([
      expect.stringContaining("a line of"),
      expect.stringMatching(/"unchanged":/),
      expect.stringContaining("A LINE OF"),
    ]);
    expect(results[1]).not.toContain("a line of");
    // The person sees what was read.
    const answers = (await thread.stored())?.parts.filter(({ type }) => type === "tool-readFile");
    expect(answers).toMatchObject([{ output: { content: content.toUpperCase() } }]);
  });

  test("stays the same byte for byte while an answer grows and in the messages after it", async () => {
    const thread = await threadWith(
      callsTool("writeFile", `{"content":${JSON.stringify(content)},"path":"a.txt"}`),
      says("one"),
      callsTool("searchFiles", '{"query":"line"}', { id: "call_2" }),
      says("two"),
      callsTool("readFile", '{"path":"a.txt"}', { id: "call_3" }),
      says("three"),
    );
    for (const text of ["first", "second", "third"]) await thread.say(text);
    for (const [index, request] of thread.received.entries()) {
      const next = thread.received[index + 1];
      expect(next?.["tools"] ?? request["tools"]).toEqual(request["tools"]);
      const begins = next?.messages.slice(0, request.messages.length) ?? request.messages;
      expect(JSON.stringify(begins)).toBe(JSON.stringify(request.messages));
    }
  });
});
