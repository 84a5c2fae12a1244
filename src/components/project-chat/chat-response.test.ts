import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { chatResponse, unreachableResponse } from "./chat-response";

interface Chunk {
  type: string;
  data?: { code: string; message: string; action: string | null; retryAt?: string };
  delta?: string;
}

async function chunksOf(response: Response): Promise<Chunk[]> {
  const text = await response.text();
  return text
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .flatMap((event) => {
      try {
        return [JSON.parse(event.slice(6)) as Chunk];
      } catch {
        return [];
      }
    });
}

function stream(...parts: string[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const START = 'data: {"type":"start","messageId":"m1"}\n\n';
const DELTA = 'data: {"type":"text-delta","id":"1","delta":"Hello"}\n\n';
const FINISH = 'data: {"type":"finish"}\n\ndata: [DONE]\n\n';

test("a refusal keeps what the server said: sentence, code and actions", async () => {
  const body = {
    error: "Personal API key not found.",
    code: "personal_key_missing",
    action: "open_api_keys",
    otherActions: ["switch_key"],
  };
  const chunks = await chunksOf(await chatResponse(Response.json(body, { status: 400 })));
  expect(chunks.map((chunk) => chunk.type)).toEqual(["start", "data-chat-error", "error"]);
  const { error: message, ...said } = body;
  expect(chunks[1]?.data).toEqual({ ...said, message });
});

test("a refusal for which no click helps gets none here", async () => {
  const body = { error: "This project does not exist.", code: "not_found" };
  const chunks = await chunksOf(await chatResponse(Response.json(body, { status: 401 })));
  expect(chunks[1]?.data).toEqual({ code: "not_found", message: body.error, action: null });
});

function limitedFor(retryAfter: string): Response {
  const body = { error: "Too often.", code: "rate_limited", action: "retry" };
  return Response.json(body, { status: 429, headers: { "retry-after": retryAfter } });
}

test("our own limit says when trying again can help", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-01-01T12:00:00.000Z") });
  const [, limited] = await chunksOf(await chatResponse(limitedFor("30")));
  vi.useRealTimers();
  expect(limited?.data).toMatchObject({ action: "retry", retryAt: "2026-01-01T12:00:30.000Z" });
});

test.each(["", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"])("%j is no number of seconds", async (text) => {
  const [, limited] = await chunksOf(await chatResponse(limitedFor(text)));
  expect(limited?.data).not.toHaveProperty("retryAt");
});

test.each([
  [401, "unauthorized", "sign_in"],
  [413, "conversation_too_large", "new_thread"],
  [429, "rate_limited", "retry"],
  [502, "unavailable", "retry"],
])("a %d that is not ours (a proxy's page) still says what to do", async (status, code, action) => {
  const chunks = await chunksOf(await chatResponse(new Response("<html>Bad Gateway</html>", { status })));
  expect(chunks[1]?.data).toMatchObject({ code, action });
});

test("two failures in a row are two messages, not one overwritten", async () => {
  const ids = await Promise.all(
    [unreachableResponse(), unreachableResponse()].map((response) => response.text()),
  );
  expect(ids[0]?.split("\n")[0]).not.toBe(ids[1]?.split("\n")[0]);
});

test("a whole answer passes through unchanged", async () => {
  const response = await chatResponse(stream(START + DELTA, FINISH));
  expect(await response.text()).toBe(START + DELTA + FINISH);
});

test("the last chunk is recognised however the network cuts it", async () => {
  const text = START + DELTA + FINISH;
  for (let cut = 1; cut < text.length; cut++) {
    const response = await chatResponse(stream(text.slice(0, cut), text.slice(cut)));
    expect(await response.text(), `cut at ${cut}`).toBe(text);
  }
});

test("an answer that quotes a finish chunk is not taken for a finished one", async () => {
  const quoting = `data: ${JSON.stringify({ type: "text-delta", id: "1", delta: '\ndata: {"type":"finish"}\n\n' })}\n\n`;
  const chunks = await chunksOf(await chatResponse(stream(START + quoting)));
  expect(chunks.at(-2)?.data?.code).toBe("stream_interrupted");
});

test("an answer that just ends (the server was stopped) says so and keeps what arrived", async () => {
  const chunks = await chunksOf(await chatResponse(stream(START + DELTA)));
  expect(chunks.map((chunk) => chunk.type)).toEqual(["start", "text-delta", "data-chat-error", "error"]);
  expect(chunks[2]?.data).toMatchObject({ code: "stream_interrupted", action: "retry" });
});

test("a connection that breaks in the middle of an event says so and keeps what arrived", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`${START}${DELTA}data: {"type":"text-del`, () => {
      setImmediate(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const chunks = await chunksOf(await chatResponse(response));
  expect(chunks.map((chunk) => chunk.type)).toEqual(["start", "text-delta", "data-chat-error", "error"]);
  await new Promise((resolve) => server.close(resolve));
});

test("stopping is not an error", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(START + DELTA);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const abort = new AbortController();
  const raw = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    signal: abort.signal,
  });
  const reader = (await chatResponse(raw)).body?.getReader();
  await reader?.read();
  abort.abort();
  const readOn = async () => {
    while (!(await reader?.read())?.done);
  };
  await expect(readOn()).rejects.toMatchObject({ name: "AbortError" });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("nothing is sent to a reader who has gone", async () => {
  const many = Array.from({ length: 50 }, () => DELTA);
  const reader = (await chatResponse(stream(START, ...many))).body?.getReader();
  await reader?.read();
  await expect(reader?.cancel()).resolves.toBeUndefined();
});

test("a success that is no stream (a captive portal's page) is an error, not an empty answer", async () => {
  const page = new Response("<html></html>", { headers: { "content-type": "text/html" } });
  expect((await chunksOf(await chatResponse(page)))[1]?.data?.code).toBe("internal_error");
});
