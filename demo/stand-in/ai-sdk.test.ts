import { createAnthropic } from "@ai-sdk/anthropic";
import { APICallError, isStepCount, streamText, tool } from "ai";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { demoKeyThat, PERSONAL_DEMO_KEY } from "./demo-keys";
import type { KeyBehaviour } from "./key-behaviours";
import { type ProviderStandIn, type ProviderStandInOptions, startProviderStandIn } from "./provider-stand-in";

const started: ProviderStandIn[] = [];

async function start(options: ProviderStandInOptions = {}): Promise<ProviderStandIn> {
  const standIn = await startProviderStandIn(options);
  started.push(standIn);
  return standIn;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((standIn) => standIn.close()));
});

function haiku(standIn: ProviderStandIn, apiKey: string) {
  return createAnthropic({ apiKey, baseURL: `${standIn.url}/v1` })("claude-haiku-4-5");
}

/** Runs one prompt to its end and collects its text and the error the stream carried, if any. */
async function outcome(standIn: ProviderStandIn, apiKey: string, prompt: string, signal?: AbortSignal) {
  let text = "";
  let error: unknown;
  const result = streamText({
    model: haiku(standIn, apiKey),
    prompt,
    maxRetries: 0,
    abortSignal: signal,
    onError: () => {},
  });
  try {
    for await (const part of result.fullStream) {
      if (part.type === "text-delta") text += part.text;
      if (part.type === "error") error = part.error;
    }
  } catch (thrown) {
    // The iteration throws on a broken connection; all other errors are parts of the stream.
    error = thrown;
  }
  return { text, error };
}

describe("through @ai-sdk/anthropic", () => {
  test("text arrives in pieces while the request is still open", async () => {
    const standIn = await start({ pace: { ttftMs: 1, msPerToken: 1 } });
    const result = streamText({ model: haiku(standIn, PERSONAL_DEMO_KEY), prompt: "long: 60" });
    const pieces: string[] = [];
    let openAtFirst: number | undefined;
    for await (const piece of result.textStream) {
      openAtFirst ??= standIn.openRequests();
      pieces.push(piece);
    }
    expect(openAtFirst).toBe(1);
    expect(pieces.length).toBeGreaterThan(50);
    expect(pieces.join("").split(/\s+/)).toHaveLength(60);
    expect((await result.usage).outputTokens).toBe(Math.ceil(pieces.join("").length / 4));
  });

  test("a tool call runs and the agent continues with its result", async () => {
    const standIn = await start();
    const written: string[] = [];
    const result = streamText({
      model: haiku(standIn, PERSONAL_DEMO_KEY),
      prompt: "Build a todo list",
      stopWhen: isStepCount(5),
      tools: {
        writeFile: tool({
          inputSchema: z.object({ path: z.string(), content: z.string() }),
          execute: ({ path }) => {
            written.push(path);
            return { ok: true };
          },
        }),
      },
    });
    const steps = await result.steps;
    expect(written).toEqual(["index.html", "styles.css", "app.js"]);
    expect(steps.map((step) => step.finishReason)).toEqual(["tool-calls", "stop"]);
    expect(steps[0]?.text).toBe("I'll build a small to-do list: one page, one style sheet, one script.");
    expect(steps[1]?.text).toContain("```bash");
    expect(standIn.journal().map((entry) => [entry.messageCount, entry.lastUserText])).toEqual([
      [1, "Build a todo list"],
      [3, "Build a todo list"],
    ]);
  });

  test.each([
    ["invalid", 401],
    ["forbidden", 403],
    ["no-credit", 400],
    ["rate-limited", 429],
    ["overloaded", 529],
    ["server-error", 500],
  ] as const)("%s arrives as an API error with status %i", async (behaviour, status) => {
    const standIn = await start();
    const { text, error } = await outcome(standIn, demoKeyThat(behaviour), "say: hello");
    expect(text).toBe("");
    expect(APICallError.isInstance(error) && error.statusCode).toBe(status);
    expect(standIn.journal()).toHaveLength(1);
  });

  test.each<KeyBehaviour>(["mid-stream-error", "broken-stream", "hangs-up"])(
    "%s arrives as an error after some text",
    async (behaviour) => {
      const { text, error } = await outcome(await start(), demoKeyThat(behaviour), "long: 200");
      expect(text).toMatch(/^a workspace keeps/);
      expect(error).toBeInstanceOf(Error);
    },
  );

  test("garbage becomes an error without any text", async () => {
    const { text, error } = await outcome(await start(), demoKeyThat("garbage"), "say: hello");
    expect(text).toBe("");
    expect(error).toBeInstanceOf(Error);
  });

  test("forty keys at once are each recorded with their own prompt", async () => {
    const standIn = await start({ acceptedKeys: (key) => key.startsWith("sk-ant-test-") });
    const people = Array.from({ length: 40 }, (_, index) => `person-${index}`);
    const answers = await Promise.all(
      people.map((person) => outcome(standIn, `sk-ant-test-${person}`, `say: I am ${person}`)),
    );
    expect(answers.map(({ text }) => text)).toEqual(people.map((person) => `I am ${person}`));
    const seen = standIn.journal().map((entry) => `${entry.apiKey}: ${entry.lastUserText}`);
    expect(seen).toHaveLength(40);
    expect(new Set(seen)).toEqual(
      new Set(people.map((person) => `sk-ant-test-${person}: say: I am ${person}`)),
    );
  });

  test("a client that hangs up in mid-answer is recorded, with the time", async () => {
    const standIn = await start({ pace: { ttftMs: 1, msPerToken: 2 } });
    const abort = new AbortController();
    const result = streamText({
      model: haiku(standIn, PERSONAL_DEMO_KEY),
      prompt: "long: 5000",
      abortSignal: abort.signal,
      onError: () => {},
    });
    let disconnectedAtMs = 0;
    for await (const piece of result.textStream) {
      if (piece && disconnectedAtMs === 0) {
        disconnectedAtMs = performance.timeOrigin + performance.now();
        abort.abort();
      }
    }
    const entry = await standIn.waitFor((entry) => entry.endedAtMs !== null);
    expect(entry).toMatchObject({ status: 200, aborted: true, streaming: true });
    expect(entry.abortedAtMs).toBeGreaterThanOrEqual(disconnectedAtMs);
    expect(standIn.openRequests()).toBe(0);
  });
});
