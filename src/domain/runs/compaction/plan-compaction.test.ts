import { expect, test } from "vitest";
import type { ChatRequest } from "@/contracts/chat";
import { planCompaction } from "./plan-compaction";

type Message = ChatRequest["messages"][number];

const says = (id: string, text: string): Message => ({ id, role: "user", parts: [{ type: "text", text }] });
const answers = (id: string, length: number, contextTokens?: number, compaction?: object): Message => ({
  id,
  role: "assistant",
  parts: [
    ...(compaction ? [{ type: "data-compaction", data: compaction }] : []),
    { type: "text", text: "x".repeat(length) },
  ],
  metadata: { keyProvider: "personal", model: "m", ...(contextTokens && { contextTokens }) },
});
const SIZE = 1_000;
const plan = (messages: Message[], isWanted = false) => planCompaction(messages, () => SIZE, isWanted);
const asks = says("q9", "and now?");

test.each([
  ["74 percent", 740, false],
  ["75 percent", 750, true],
  ["more than there is room for", 1_200, true],
])("at %s", (_name, tokens, isDue) => {
  const planned = plan([says("q1", "one"), answers("a1", 900, tokens), asks]);
  expect(planned).toMatchObject({ upTo: "a1", follows: "a1", isDue, isNeeded: tokens >= SIZE });
});

test.each([
  ["nothing is known of the tokens", [says("q1", "one"), answers("a1", 900), asks]],
  ["there is no answer yet", [asks]],
  ["hardly any of it is the agent's", [says("q1", "word ".repeat(900)), answers("a1", 10, 800), asks]],
  [
    "it has just been done, and how much is left is not known",
    [
      says("q1", "one"),
      answers("a1", 900, 800),
      says("q2", "two"),
      answers("a2", 10, undefined, { state: "done", upTo: "a1", summary: "S" }),
      asks,
    ],
  ],
])("not where %s, also if a person asks for it", (_name, messages) => {
  expect(plan(messages, true)).toBeNull();
});

test("not by itself after it was undone or has failed, except for a person who asks", () => {
  for (const compaction of [
    { state: "done", upTo: "a1", summary: "S", isUndone: true },
    { state: "failed", upTo: "a1" },
  ]) {
    const messages = [
      says("q1", "one"),
      answers("a1", 900, 800),
      says("q2", "two"),
      answers("a2", 900, 800, compaction),
      asks,
    ];
    expect(plan(messages)).toMatchObject({ isDue: false });
    expect(plan(messages, true)).toMatchObject({ isDue: true });
  }
});

test("whole exchanges stay, as many of the newest as fit in a fifth of the context", () => {
  const messages = [1, 2, 3, 4].flatMap((n) => [
    says(`q${n}`, "short"),
    answers(`a${n}`, n < 3 ? 500 : 50, 800),
  ]);
  expect(plan([...messages, asks])).toMatchObject({ upTo: "a2" });
  // A failed answer leaves two questions in a row: both belong to what follows.
  const failed = [...messages.slice(0, 4), says("q3", "short"), says("q4", "short"), answers("a4", 50, 800)];
  expect(plan([...failed, asks])).toMatchObject({ upTo: "a2" });
});

test("the size of the context is not looked up for nothing", () => {
  let lookedUp = 0;
  const count = () => {
    lookedUp += 1;
    return SIZE;
  };
  expect(planCompaction([asks], count, true)).toBeNull();
  expect(lookedUp).toBe(0);
});

test("what is asked fits, however much there is to summarise, and keeps the newest", () => {
  const messages = Array.from({ length: 300 }, (_, n) => [
    says(`q${n}`, "y".repeat(5_000)),
    answers(`a${n}`, 5_000),
  ]);
  const prompt = plan([...messages.flat(), answers("last", 5_000, 990), asks])?.request().prompt ?? "";
  expect(prompt.length).toBeLessThan(4_200);
  expect(prompt).toContain('{"message":240,');
  expect(prompt).not.toContain('{"message":1,');
});
