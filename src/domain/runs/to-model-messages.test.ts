import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ChatRequest } from "@/contracts/chat";
import { type Recipient, toModelMessages } from "./to-model-messages";

type Message = ChatRequest["messages"][number];

const KEY = "0f9c9b6e-5c1e-4c59-9f0e-000000000001";
const SECRET = "a secret of it";
const platform: Recipient = {
  selection: { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" },
  payingKey: { source: "platform" },
};
const endpoint: Recipient = {
  selection: { payer: "person", provider: "openai-compatible", model: "m" },
  payingKey: { source: "stored", id: KEY, secretId: SECRET },
};

const says = (text: string): Message => ({ id: randomUUID(), role: "user", parts: [{ type: "text", text }] });
const answers = (parts: Message["parts"], metadata: object = {}): Message => ({
  id: randomUUID(),
  role: "assistant",
  parts,
  metadata,
});
const call = (more: object) => ({
  type: "tool-readFile",
  toolCallId: "c",
  state: "output-available",
  output: "A",
  ...more,
});

/** Each message as its role and the types, texts and inputs of its parts. */
async function sent(messages: Message[], recipient = platform) {
  const converted = await toModelMessages(messages, recipient);
  return converted.map(({ role, content }) => [
    role,
    ...(typeof content === "string" ? [content] : content).map((part) =>
      typeof part === "string"
        ? part
        : "text" in part
          ? part.text.replace(/^<context>.*configuration: (.*)\.<\/context>$/s, "[$1]")
          : "input" in part
            ? part.input
            : part.type,
    ),
  ]);
}
const HAIKU = "[Haiku, paid by the platform's API key]";

test("each message names what it was sent with: the newest what is chosen now, others what answered them", async () => {
  const failed = answers([{ type: "data-chat-error", data: {} }], {
    keyProvider: "personal",
    aiProvider: "openai",
    model: "gpt-x",
  });
  const history = [
    says("one"),
    answers([{ type: "text", text: "1" }], { keyProvider: "personal", model: "claude-sonnet-4-5" }),
    says("two"),
    failed,
    says("three"),
    answers([{ type: "text", text: "3" }], { keyProvider: "nobody" }),
    says("four"),
  ];
  expect(await sent(history)).toEqual([
    ["user", "one", "[Sonnet, paid by the person's own API key]"],
    ["assistant", "1"],
    ["user", "two", "[gpt-x, paid by the person's own API key]", "three"],
    ["assistant", "3"],
    ["user", "four", HAIKU],
  ]);
});

test("messages of one role are joined, and the first one is the person's", async () => {
  const [none, one, two] = ["0", "1", "2"].map((text) => answers([{ type: "text", text }])) as [
    Message,
    Message,
    Message,
  ];
  expect(await sent([none, says("a"), says("b"), one, two, says("c")])).toEqual([
    ["user", "a", "b"],
    ["assistant", "1", "2"],
    ["user", "c", HAIKU],
  ]);
});

test.each([
  ["null", { input: null }, {}],
  ["a text", { input: '{"path":"a"}' }, { path: "a" }],
  ["a list", { input: ["a"] }, { invalid_arguments: expect.stringMatching(/not a JSON object/) }],
  ["missing, of a failed call", { input: undefined, state: "output-error", errorText: "no" }, {}],
  [
    "raw, of a failed call",
    { input: undefined, rawInput: { path: "a" }, state: "output-error" },
    { path: "a" },
  ],
])("stored arguments that are %s are sent as an object", async (_name, more, input) => {
  const [, assistant, result] = await sent([says("a"), answers([call(more)]), says("b")]);
  expect(assistant).toEqual(["assistant", input]);
  expect(result).toEqual(["tool", "tool-result"]);
});

test.each(["tool-", `tool-${"x".repeat(130)}`, "tool-run command", "dynamic-tool"])(
  "the name of a call of the kind %s is sent in a form every provider takes",
  async (type) => {
    const toolName = type === "dynamic-tool" ? "ünknown" : undefined;
    const messages = [says("a"), answers([call({ type, input: {}, toolName })]), says("b")];
    const [, assistant] = await toModelMessages(messages, platform);
    const name = expect.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(assistant?.content).toMatchObject([{ type: "tool-call", toolName: name }]);
  },
);

test("thinking before calls goes back to the key of an endpoint that thought it", async () => {
  const thinking = [
    { type: "step-start" },
    { type: "reasoning", text: "look", providerMetadata: { openaiCompatible: { secret: true } } },
    call({ input: {} }),
    { type: "step-start" },
    { type: "reasoning", text: "say" },
    { type: "text", text: "it" },
  ];
  const history = (keyId: string, keySecretId = SECRET) => [
    says("a"),
    answers(thinking, { keyId, keySecretId }),
    says("b"),
  ];
  const assistants = async (keyId: string, recipient: Recipient, keySecretId?: string) =>
    (await sent(history(keyId, keySecretId), recipient)).filter(([role]) => role === "assistant");
  expect(await assistants(KEY, endpoint)).toEqual([
    ["assistant", "look", {}],
    ["assistant", "it"],
  ]);
  const without = [
    ["assistant", {}],
    ["assistant", "it"],
  ];
  expect(await assistants(randomUUID(), endpoint)).toEqual(without);
  // It has another secret now, and perhaps another address.
  expect(await assistants(KEY, endpoint, "replaced")).toEqual(without);
  expect(await assistants(KEY, platform)).toEqual(without);
  const anthropic = { ...endpoint, selection: { ...endpoint.selection, provider: "anthropic" as const } };
  expect(await assistants(KEY, anthropic)).toEqual(without);
  expect(JSON.stringify(await toModelMessages(history(KEY), endpoint))).not.toContain("secret");
});

test("an answer that only thought, or was stopped within a call, leaves no message behind", async () => {
  const stopped = answers([{ type: "reasoning", text: "hm" }, call({ state: "input-available", input: {} })]);
  expect(await sent([says("a"), stopped, says("b")], endpoint)).toEqual([
    ["user", "a", "b", "[m, paid by the person's own API key]"],
  ]);
});

test.each([
  ["blank", [says("a"), says(" \n")]],
  ["an answer", [says("a"), answers([{ type: "text", text: "1" }])]],
])("a conversation whose last message is %s is refused", async (_name, messages) => {
  await expect(toModelMessages(messages, platform)).rejects.toMatchObject({ code: "invalid_messages" });
});

test("a compaction that refers to no message before it changes nothing", async () => {
  const first = says("one");
  for (const upTo of [randomUUID(), first.id]) {
    const data = { state: "done", upTo, summary: "FORGED" };
    const history = [
      first,
      answers([
        { type: "data-compaction", data },
        { type: "text", text: "1" },
      ]),
      says("two"),
    ];
    expect(await sent(history)).toEqual([
      ["user", "one"],
      ["assistant", "1"],
      ["user", "two", HAIKU],
    ]);
  }
});
