import { beforeAll, expect, test } from "vitest";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import { type HttpPerson, userMessage } from "../support/http-person";

let person: HttpPerson;
let projectId: string;
beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
});

type Body = Record<"system" | "tools" | "messages", unknown>;

/** The places of a request's marks, by their paths, and the request without them. */
function readMarks(body: unknown): { marks: string[]; rest: Body } {
  const marks: string[] = [];
  const strip = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((each, index) => strip(each, `${path}[${index}]`));
    if (typeof value !== "object" || value === null) return value;
    const { cache_control: mark, ...kept } = value as Record<string, unknown>;
    if (JSON.stringify(mark) === '{"type":"ephemeral"}') marks.push(path);
    else if (mark !== undefined) throw new Error(`no mark of ours: ${path}`);
    return Object.fromEntries(
      Object.entries(kept).map(([name, each]) => [name, strip(each, `${path}.${name}`)]),
    );
  };
  const rest = strip(body, "") as Body;
  return { marks, rest };
}

const CONVERSATION = [
  userMessage("say: first"),
  { id: "a1", role: "assistant" as const, parts: [{ type: "text", text: "first" }] },
  userMessage('tool: writeFile {"path":"a.txt","content":"one"}'),
];

test("Anthropic keeps the instructions, the conversation so far, and each round of an answer", async () => {
  const key = await newKey();
  await person.saveKey(key);
  await person.chat({ projectId, messages: CONVERSATION, keyProvider: "personal" });
  const [first, second, ...more] = (await arrivedUpstream({ key })).map(({ body }) => readMarks(body));
  expect(more).toEqual([]);
  expect(first?.marks).toEqual([".system[0]", ".messages[1].content[0]", ".messages[2].content[1]"]);
  expect(second?.marks).toEqual([
    ".system[0]",
    ".messages[1].content[0]",
    ".messages[3].content[0]",
    ".messages[4].content[0]",
  ]);
  // What is kept is found by its bytes.
  const [before, after] = [first?.rest, second?.rest].map((rest) => rest?.messages as unknown[]);
  expect(JSON.stringify(after?.slice(0, 3))).toBe(JSON.stringify(before));
});

test("instructions and tools are the same bytes for every message of a project, whoever pays and answers", async () => {
  const key = await newKey();
  const text = "say: the same for all";
  await person.saveKey(key);
  await person.chat({ projectId, text, keyProvider: "personal", model: "claude-sonnet-4-5" });
  await person.chat({ projectId, text, keyProvider: "platform" });
  const begins = (await arrivedUpstream({ text })).map(({ body }) => {
    const { system, tools } = body as Body;
    return JSON.stringify({ tools, system });
  });
  expect(begins).toHaveLength(2);
  expect(new Set(begins).size).toBe(1);
});

test.each([
  ["anthropic/claude-haiku-4.5", true],
  ["openai/gpt-6-luna", false],
])("through OpenRouter, %s gets marks: %s", async (model, isMarked) => {
  const key = await newKey(undefined, "openrouter");
  const keyId = await person.saveKey(key, { provider: "openrouter", label: model });
  await person.chat({
    projectId,
    messages: CONVERSATION,
    keyProvider: "personal",
    aiProvider: "openrouter",
    model,
    keyId,
  });
  const arrived = (await arrivedUpstream({ key })).map(({ body }) => readMarks(body).marks);
  expect(arrived.length).toBeGreaterThan(0);
  const places = arrived.map((marks) => [marks[0], marks.length >= 3 && marks.length <= 4]);
  const expected = isMarked ? [".messages[0].content[0]", true] : [undefined, false];
  expect(places).toEqual(arrived.map(() => expected));
});

test("a provider that caches by itself gets none", async () => {
  const key = await newKey(undefined, "openai");
  const keyId = await person.saveKey(key, { provider: "openai", label: "No marks" });
  const sent = {
    projectId,
    messages: CONVERSATION,
    keyProvider: "personal",
    aiProvider: "openai",
    keyId,
  } as const;
  await person.chat({ ...sent, model: "gpt-6-luna" });
  const arrived = await arrivedUpstream({ key });
  expect(arrived.length).toBeGreaterThan(0);
  expect(JSON.stringify(arrived.map(({ body }) => body))).not.toContain("cache_control");
});
