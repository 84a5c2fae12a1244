import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { UIMessageChunk } from "ai";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tellDefaultSelection } from "@/components/model-selector/model-selection-store";
import type { ChatError } from "@/contracts/chat";
import { forgetAccessToken } from "./access-token";
import { BrokenStream, ThreadBusy } from "./chat-failure";
import { ChatTransport, requestBody } from "./chat-transport";

const realFetch = globalThis.fetch;
let server: Server;
/** How the agent answers. */
let agent: RequestListener;

beforeEach(async () => {
  tellDefaultSelection({ payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" });
  forgetAccessToken();
  server = createServer((request, response) => {
    if (request.url !== "/api/auth/token") return agent(request, response);
    response.setHeader("content-type", "application/json").end(JSON.stringify({ token: "e30.e30.x" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // The browser resolves the path against its page; Node needs a full URL.
  globalThis.fetch = (input, init) =>
    realFetch(new URL(input instanceof Request ? input.url : input, `http://127.0.0.1:${port}`), init);
});

afterEach(async () => {
  globalThis.fetch = realFetch;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const START = 'data: {"type":"start","messageId":"m1"}\n\n';
const DELTA = 'data: {"type":"text-delta","id":"1","delta":"Hello"}\n\n';
const FINISH = 'data: {"type":"finish"}\n\ndata: [DONE]\n\n';

function streaming(...parts: string[]): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of parts) response.write(part);
    response.end();
  };
}

function refusing(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

const hangUp: RequestListener = (request) => request.socket.destroy();

function send(abortSignal?: AbortSignal): Promise<ReadableStream<UIMessageChunk>> {
  return new ChatTransport("project", "thread", () => false).sendMessages({
    trigger: "submit-message",
    chatId: "thread",
    messageId: undefined,
    messages: [{ id: "1", role: "user", parts: [{ type: "text", text: "Hello" }] }],
    abortSignal,
  });
}

async function answerOf(listener: RequestListener): Promise<UIMessageChunk[]> {
  agent = listener;
  const chunks: UIMessageChunk[] = [];
  const reader = (await send()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(read.value);
  return chunks;
}

function failureIn(chunks: UIMessageChunk[]): ChatError | undefined {
  const part = chunks.find(({ type }) => type === "data-chat-error");
  return part && "data" in part ? (part.data as ChatError) : undefined;
}
const typesOf = (chunks: UIMessageChunk[]) => chunks.map(({ type }) => type);

test("a refusal keeps the server's sentence, code and action", async () => {
  const refused = {
    error: "Personal API key not found.",
    code: "personal_key_missing",
    action: "open_api_keys",
  };
  const chunks = await answerOf(refusing(400, refused));
  expect(typesOf(chunks)).toEqual(["start", "data-chat-error", "error"]);
  expect(failureIn(chunks)).toEqual({
    code: "personal_key_missing",
    message: "Personal API key not found.",
    action: "open_api_keys",
  });
});

const limitedFor = (retryAfter: string) =>
  refusing(
    429,
    { error: "Too often.", code: "rate_limited", action: "retry" },
    { "retry-after": retryAfter },
  );

test("our own rate limit says when to retry", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-01-01T12:00:00.000Z") });
  const chunks = await answerOf(limitedFor("30"));
  vi.useRealTimers();
  expect(failureIn(chunks)).toMatchObject({ action: "retry", retryAt: "2026-01-01T12:00:30.000Z" });
});

test.each(["", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"])(
  "%j is not a number of seconds",
  async (text) => {
    expect(failureIn(await answerOf(limitedFor(text)))).not.toHaveProperty("retryAt");
  },
);

test.each([
  [401, "unauthorized", "sign_in"],
  [413, "conversation_too_large", "new_thread"],
  [429, "rate_limited", "retry"],
  [502, "unavailable", "retry"],
])("a %d that is not ours (a proxy's page) still says what to do", async (status, code, action) => {
  const page =
    (await answerOf((_request, response) => response.writeHead(status).end("<html></html>"))) ?? [];
  expect(failureIn(page)).toMatchObject({ code, action });
});

test("two failures in a row are two messages, not one overwritten", async () => {
  const [first, second] = [await answerOf(hangUp), await answerOf(hangUp)];
  expect(failureIn(first)).toMatchObject({ code: "stream_interrupted", action: "retry" });
  expect(first[0]).not.toEqual(second[0]);
});

test("a whole answer passes through unchanged", async () => {
  expect(await answerOf(streaming(START + DELTA, FINISH))).toEqual([
    { type: "start", messageId: "m1" },
    { type: "text-delta", id: "1", delta: "Hello" },
    { type: "finish" },
  ]);
});

test("an answer ends when the server has closed its stream: only then is all of it stored", async () => {
  let answer: ServerResponse | undefined;
  agent = (_request, response) => {
    answer = response;
    response.writeHead(200, { "content-type": "text/event-stream" }).write(START + DELTA + FINISH);
  };
  const reader = (await send()).getReader();
  expect((await reader.read()).value?.type).toBe("start");
  expect((await reader.read()).value?.type).toBe("text-delta");
  const order: string[] = [];
  const last = reader.read().then(({ value }) => order.push(value?.type ?? "nothing"));
  // A request and its answer go by, which is more than what was sent before takes to arrive.
  await (await fetch("/api/auth/token")).json();
  order.push("closed");
  answer?.end();
  await last;
  expect(order).toEqual(["closed", "finish"]);
});

/** What arrives before the stream breaks off. */
async function brokenAnswerOf(listener: RequestListener): Promise<string[]> {
  agent = listener;
  const types: string[] = [];
  const reader = (await send()).getReader();
  const readOn = async () => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) types.push(read.value.type);
  };
  await expect(readOn()).rejects.toBeInstanceOf(BrokenStream);
  return types;
}

test.each([
  ["just ends (the server was stopped)", streaming(START + DELTA)],
  ["holds what cannot be read", streaming(`${START}${DELTA}data: {"type":\n\n`)],
  [
    "quotes a finish chunk",
    streaming(
      START,
      `data: ${JSON.stringify({ type: "text-delta", id: "1", delta: '\ndata: {"type":"finish"}\n\n' })}\n\n`,
    ),
  ],
  [
    "breaks within an event",
    (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`${START}${DELTA}data: {"type":"text-del`, () => {
        setImmediate(() => response.destroy());
      });
    },
  ],
] satisfies [string, RequestListener][])(
  "an answer that %s is broken, and what arrived is kept",
  async (_what, listener) => {
    expect(await brokenAnswerOf(listener)).toEqual(["start", "text-delta"]);
  },
);

test("a thread that is busy with another answer is no failed answer", async () => {
  agent = refusing(409, { error: "An answer is being written in this thread.", code: "thread_busy" });
  await expect(send()).rejects.toBeInstanceOf(ThreadBusy);
});

const said = (id: string, role: "user" | "assistant") => ({
  id,
  role,
  parts: [{ type: "text" as const, text: id }],
});

test.each([
  ["the first message of a thread", [said("q1", "user")], { parentId: null, message: said("q1", "user") }],
  [
    "a message after an answer",
    [said("q1", "user"), said("a1", "assistant"), said("q2", "user")],
    { parentId: "a1", message: said("q2", "user") },
  ],
  [
    "a question that is asked again",
    [said("q1", "user"), said("a1", "assistant"), said("stored", "user")],
    { parentId: "a1", message: said("stored", "user") },
  ],
  [
    "a message after an answer that exists on this page only",
    [said("q1", "user"), said("unsent-1", "assistant"), said("q2", "user")],
    { parentId: "q1", message: said("q2", "user") },
  ],
  [
    "a message after one that the server refused: it has to go along",
    [said("new", "user"), said("unsent-1", "assistant"), said("q2", "user")],
    { messages: [said("new", "user"), said("unsent-1", "assistant"), said("q2", "user")] },
  ],
])("%s is sent with its place, without what the server has", (_what, messages, body) => {
  const stored = new Set(["q1", "a1", "stored"]);
  expect(requestBody(messages, "thread", (id) => stored.has(id))).toEqual({ threadId: "thread", ...body });
});

test("stopping is not an error", async () => {
  agent = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(START + DELTA);
  };
  const abort = new AbortController();
  const reader = (await send(abort.signal)).getReader();
  await reader.read();
  abort.abort();
  const readOn = async () => {
    while (!(await reader.read()).done);
  };
  await expect(readOn()).rejects.toMatchObject({ name: "AbortError" });
});

test("nothing is sent to a reader that has left", async () => {
  agent = streaming(START, ...Array.from({ length: 50 }, () => DELTA));
  const reader = (await send()).getReader();
  await reader.read();
  await expect(reader.cancel()).resolves.toBeUndefined();
});

test("a success that is not a stream (a captive portal's page) is an error, not an empty answer", async () => {
  const chunks = await answerOf((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<html></html>");
  });
  expect(failureIn(chunks)?.code).toBe("internal_error");
});
