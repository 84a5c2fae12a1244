import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import vm from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventsOf, messageSaying, rawRequest } from "./ask-over-http";
import { PERSONAL_DEMO_KEY } from "./demo-keys";
import type { ContentBlock, Message } from "./dialects/anthropic/messages-request";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";
import { sampleProjectFor } from "./sample-projects";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());

const tools = ["listFiles", "readFile", "writeFile", "editFile", "searchFiles", "deleteFile"].map((name) => ({
  name,
}));

interface Answer {
  content: ContentBlock[];
  stop_reason: string;
  usage: { input_tokens: number; output_tokens: number };
}

async function ask(messages: Message[], more: object = { tools }): Promise<Answer> {
  const answer = await rawRequest(standIn, PERSONAL_DEMO_KEY, {
    body: { model: "claude-haiku-4-5", max_tokens: 8000, messages, ...more },
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return JSON.parse(answer.text);
}

/** Plays the agent: runs the tools on a small file system until the model is done. */
async function converse(
  messages: Message[],
  files: Map<string, string>,
): Promise<{ called: string[]; text: string }> {
  const called: string[] = [];
  for (;;) {
    const answer = await ask(messages);
    messages.push({ role: "assistant", content: answer.content });
    const calls = answer.content.filter((block) => block.type === "tool_use");
    expect(answer.stop_reason).toBe(calls.length > 0 ? "tool_use" : "end_turn");
    if (calls.length === 0) return { called, text: textOf(answer) };
    const results = calls.map((call): ContentBlock => {
      called.push(call.name ?? "");
      return { type: "tool_result", tool_use_id: call.id, ...run(call, files) };
    });
    messages.push({ role: "user", content: results });
  }
}

function run(call: ContentBlock, files: Map<string, string>): { content: string; is_error?: boolean } {
  const input = Object(call.input);
  const file = files.get(input.path);
  if (call.name === "writeFile") files.set(input.path, input.content);
  else if (call.name === "listFiles") return { content: JSON.stringify({ files: [...files.keys()] }) };
  else if (call.name === "searchFiles") return { content: JSON.stringify({ matches: [input.query] }) };
  else if (file === undefined) return { content: `There is no file ${input.path}.`, is_error: true };
  else if (call.name === "readFile") return { content: JSON.stringify({ path: input.path, content: file }) };
  else if (call.name === "deleteFile") files.delete(input.path);
  else if (call.name === "editFile") {
    expect(file).toContain(input.oldText);
    files.set(input.path, file.replace(input.oldText, input.newText));
  }
  return { content: JSON.stringify({ ok: true }) };
}

function withoutIds(answer: Answer) {
  return answer.content.map(({ id: _id, ...block }) => block);
}

function textOf(answer: Answer): string {
  return answer.content.map((block) => block.text ?? "").join("");
}

const saying = (content: string): Message => ({ role: "user", content });

describe("the agent", () => {
  test("builds, edits, searches, lists and deletes in one long conversation", async () => {
    const files = new Map<string, string>();
    const messages: Message[] = [];
    const say = (text: string) => {
      messages.push(saying(text));
      return converse(messages, files);
    };

    const built = await say("Please build a todo list");
    expect(built.called).toEqual(["writeFile", "writeFile", "writeFile"]);
    expect([...files.keys()]).toEqual(["index.html", "styles.css", "app.js"]);
    expect(built.text).toMatch(/^- \*\*/m);
    expect(built.text).toMatch(/^```bash\n[^`]+\n```$/m);

    const edited = await say('Change the title to "Groceries"');
    expect(edited.called).toEqual(["readFile", "editFile"]);
    expect(files.get("index.html")).toContain("<h1>Groceries</h1>");
    expect(edited.text).toContain("index.html");

    expect((await say("Find localStorage")).called).toEqual(["searchFiles"]);
    const listed = await say("List the files");
    expect(listed.called).toEqual(["listFiles"]);
    expect(listed.text).toContain("styles.css");
    expect((await say("Now delete styles.css")).called).toEqual(["deleteFile"]);
    expect(files.has("styles.css")).toBe(false);
    expect((await say("Write a function with a test")).called).toEqual(["writeFile", "writeFile"]);
    expect((await say("say: still here")).text).toBe("still here");
  });

  test("reports a failed tool instead of continuing", async () => {
    const { called, text } = await converse([saying("rename the heading of missing.html")], new Map());
    expect(called).toEqual(["readFile"]);
    expect(text).toContain("did not work");
    expect(text).toContain("There is no file missing.html.");
  });

  test("different prompts get different code", () => {
    const wishes = ["a todo list", "a counter", "a README", "a shell script", "a function", "a website"];
    expect(new Set(wishes.map((wish) => sampleProjectFor(`make ${wish}`))).size).toBe(wishes.length);
  });

  test("the same conversation gets the same answer", async () => {
    const [first, second] = [await ask([saying("Build a website")]), await ask([saying("Build a website")])];
    expect(withoutIds(second)).toEqual(withoutIds(first));
  });

  test("without tools it answers in words, and shows a request as plain text", async () => {
    const text = textOf(await ask([saying("Build <img src=x onerror=alert(1)> **now**")], {}));
    expect(text).toContain("stand-in");
    expect(text).toContain(String.raw`\<img src\=x onerror\=alert\(1\)\> \*\*now\*\*`);
    expect(text).toContain("`Build a todo list`");
  });

  test("the last text counts when an app sends two prompts in one message after a failed turn", async () => {
    const answer = await ask([
      {
        role: "user",
        content: [
          { type: "text", text: "say: first" },
          { type: "text", text: "say: second" },
        ],
      },
    ]);
    expect(textOf(answer)).toBe("second");
  });

  test("a new prompt in the same message as the old tool result begins a new turn", async () => {
    const answer = await ask([
      saying("List the files"),
      { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "listFiles", input: {} }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "toolu_1", content: "[]" },
          { type: "text", text: "List the files again" },
        ],
      },
    ]);
    expect(answer.content.at(-1)).toMatchObject({ type: "tool_use", name: "listFiles" });
  });
});

describe("special prompts", () => {
  test("say: repeats the text to the letter", async () => {
    const text = 'Zwölf Boxkämpfer 🥊 & <b>"quotes"</b>\n\nand a second paragraph';
    expect(textOf(await ask([saying(`say: ${text}`)]))).toBe(text);
  });

  test("long: has exactly as many words as asked for", async () => {
    expect(textOf(await ask([saying("long: 137")])).split(/\s+/)).toHaveLength(137);
  });

  test("markdown shows a table, a link, tasks and code in three languages", async () => {
    const text = textOf(await ask([saying("markdown")]));
    for (const part of ["| :---", "](https://", "- [x]", "```ts", "```python", "```bash", "> "])
      expect(text).toContain(part);
  });

  test("tool: calls that tool once and then says done", async () => {
    const messages = [saying('tool: writeFile {"path":"a.txt","content":"A"}')];
    const files = new Map<string, string>();
    expect(await converse(messages, files)).toEqual({ called: ["writeFile"], text: "done" });
    expect(files).toEqual(new Map([["a.txt", "A"]]));
    expect(textOf(await ask([saying("tool: writeFile {not json")]))).toContain("JSON object");
  });
});

describe("the wire format", () => {
  test("a stream has the provider's events in the provider's order", async () => {
    const answer = await rawRequest(standIn, PERSONAL_DEMO_KEY, {
      body: messageSaying("say: twelve chars", { stream: true }),
    });
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    expect(eventsOf(answer.text).map((event) => event.type)).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  test("usage grows with the conversation and with the answer", async () => {
    const short = await ask([saying("say: a few words")]);
    const longer = await ask([
      saying("long: 500"),
      { role: "assistant", content: "x".repeat(4000) },
      saying("long: 500"),
    ]);
    expect(short.usage.output_tokens).toBe(3);
    expect(longer.usage.output_tokens).toBeGreaterThan(400);
    expect(longer.usage.input_tokens).toBeGreaterThan(short.usage.input_tokens + 900);
  });

  test("max_tokens cuts an answer short, as a key test with one token does", async () => {
    const answer = await ask([saying("say: a sentence that is too long")], { max_tokens: 1 });
    expect(answer).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 1 } });
    expect(textOf(answer)).toBe("a se");
  });
});

describe("requests the real API refuses", () => {
  const call: ContentBlock = { type: "tool_use", id: "toolu_1", name: "listFiles", input: {} };
  const result: ContentBlock = { type: "tool_result", tool_use_id: "toolu_1", content: "[]" };
  const user = saying("List the files");

  test.each<[string, unknown, string]>([
    ["not JSON", "{", "not valid JSON"],
    ["no max_tokens", { model: "claude-haiku-4-5", messages: [user] }, "max_tokens"],
    ["no messages", messageSaying("", { messages: [] }), "at least one message is required"],
    ["an empty message", messageSaying(""), "non-empty content"],
    [
      "an empty text block",
      messageSaying("", { messages: [{ role: "user", content: [{ type: "text", text: "" }] }] }),
      "text content blocks must be non-empty",
    ],
    [
      "a tool call that was stopped before its result",
      messageSaying("", { messages: [user, { role: "assistant", content: [call] }, user] }),
      "without `tool_result` blocks immediately after: toolu_1",
    ],
    [
      "a tool result without its call",
      messageSaying("", { messages: [{ role: "user", content: [result] }] }),
      "unexpected `tool_use_id` found in `tool_result` blocks: toolu_1",
    ],
    ["more than the context window", messageSaying("x".repeat(800_001)), "prompt is too long"],
  ])("%s", async (_what, body, message) => {
    const answer = await rawRequest(standIn, PERSONAL_DEMO_KEY, { body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { type: "invalid_request_error", message: expect.stringContaining(message) },
    });
  });

  test("a request without the version header", async () => {
    const answer = await fetch(`${standIn.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": PERSONAL_DEMO_KEY },
      body: JSON.stringify(messageSaying("say: hello")),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("anthropic-version");
  });
});

describe("the code the agent writes", () => {
  const wishes = ["todo list", "counter", "readme", "script", "function", "website"];
  const files = wishes.flatMap((wish) => sampleProjectFor(wish).files);

  test("its scripts parse", () => {
    const sources = files.filter(({ path: name }) => name === "app.js").map(({ content }) => content);
    const inline = files.flatMap(({ content }) =>
      Array.from(content.matchAll(/<script type="module">([\s\S]*?)<\/script>/g), (found) => found[1] ?? ""),
    );
    expect([...sources, ...inline]).toHaveLength(2);
    for (const source of [...sources, ...inline]) expect(() => new vm.Script(source)).not.toThrow();
  });

  test("its own tests pass and its script counts words", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "sample-"));
    try {
      for (const file of files) {
        const target = path.join(folder, file.path);
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, file.content);
      }
      await writeFile(path.join(folder, "package.json"), '{"type":"module"}');
      const node = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: folder });
      expect((await node("--test", "--test-reporter=tap", "src/slugify.test.ts")).stdout).toContain(
        "# pass 3",
      );
      expect((await node("scripts/count-words.mjs", "README.md")).stdout).toMatch(/^\s+\d+ README\.md\n$/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
