import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { AppError } from "@/lib/app-error";
import { Secret } from "@/lib/secret";
import { classifyRefusal } from "../anthropic/classify-refusal";
import { createKeyedFetch } from "./keyed-fetch";

const KEY = "sk-ant-canary-keyed-fetch-00112233";

let server: Server;
let elsewhere: Server;
let baseUrl = "";
let elsewhereUrl = "";
let arrived: { url: string | undefined; key: string | string[] | undefined }[] = [];
let arrivedElsewhere = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    arrived.push({ url: request.url, key: request.headers["x-api-key"] });
    answer(request, response);
  });
  elsewhere = createServer((_request, response) => {
    arrivedElsewhere += 1;
    response.end();
  });
  baseUrl = `${await listen(server)}/v1`;
  elsewhereUrl = await listen(elsewhere);
});

afterAll(() => {
  for (const each of [server, elsewhere]) {
    each.closeAllConnections();
    each.close();
  }
});

beforeEach(() => {
  arrived = [];
  arrivedElsewhere = 0;
  answer = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end("data: {}\n\n");
  };
});

function listen(each: Server): Promise<string> {
  return new Promise((resolve) => {
    each.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(each.address() as AddressInfo).port}`));
  });
}

function keyedFetch(options: Partial<Parameters<typeof createKeyedFetch>[0]> = {}): typeof fetch {
  return createKeyedFetch({
    baseUrl,
    keyHeader: { name: "x-api-key", prefix: "" },
    classifyRefusal,
    openKey: () => Promise.resolve(new Secret(KEY)),
    timeoutMs: 5_000,
    ...options,
  });
}

/** The error a call ends with, and everything in it that could be printed. */
async function failureOf(call: Promise<unknown>): Promise<{ code: unknown; printed: string; error: Error }> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason as Error,
  );
  const printed = [
    error.message,
    error.stack,
    JSON.stringify(error),
    String(error.cause),
    (error.cause as Error | undefined)?.stack,
  ].join("\n");
  return { code: (error as { code?: unknown }).code, printed, error };
}

test("the key opened for this request overrides any header the client set", async () => {
  const response = await keyedFetch()(`${baseUrl}/messages`, { headers: { "x-api-key": "placeholder" } });
  expect(await response.text()).toBe("data: {}\n\n");
  expect(arrived).toEqual([{ url: "/v1/messages", key: KEY }]);
});

test("the key is opened again for every request", async () => {
  let opened = 0;
  const send = keyedFetch({ openKey: () => Promise.resolve(new Secret(`key-number-${++opened}`)) });
  await send(`${baseUrl}/messages`);
  await send(`${baseUrl}/messages`);
  expect(arrived.map((request) => request.key)).toEqual(["key-number-1", "key-number-2"]);
});

test("the caller's own headers object never holds the key", async () => {
  const headers = new Headers({ accept: "text/event-stream" });
  await keyedFetch()(`${baseUrl}/messages`, { headers });
  expect(JSON.stringify([...headers])).not.toContain(KEY);
});

test("a key that cannot be opened sends nothing, and the error says why", async () => {
  const refusal = new AppError("personal_key_unreadable", "Paste it again.");
  const { error } = await failureOf(
    keyedFetch({ openKey: () => Promise.reject(refusal) })(`${baseUrl}/messages`),
  );
  expect(error).toBe(refusal);
  expect(arrived).toEqual([]);
});

test("an internal error while opening a key is not reported as a provider failure", async () => {
  const { error } = await failureOf(
    keyedFetch({ openKey: () => fetch("http://127.0.0.1:1/").then(() => new Secret(KEY)) })(
      `${baseUrl}/messages`,
    ),
  );
  expect(error).toBeInstanceOf(AppError);
  // With the network error as its cause, the AI SDK would say that the provider cannot be reached.
  expect(error).toMatchObject({ code: "unavailable", cause: undefined });
  expect(arrived).toEqual([]);
});

test.each([
  ["another host", () => `${elsewhereUrl}/v1/messages`],
  ["another scheme", () => baseUrl.replace("http:", "https:")],
  [
    "the provider's name as user information",
    () => `http://${new URL(baseUrl).host}@127.0.0.1:${new URL(elsewhereUrl).port}/`,
  ],
  ["another port", () => baseUrl.replace(/:\d+/, ":1")],
])("a key is not sent to %s", async (_name, url) => {
  let opened = false;
  const send = keyedFetch({
    openKey: () => {
      opened = true;
      return Promise.resolve(new Secret(KEY));
    },
  });
  await expect(send(url())).rejects.toThrow("origin");
  expect({ opened, arrived, arrivedElsewhere }).toEqual({ opened: false, arrived: [], arrivedElsewhere: 0 });
});

test.each([301, 302, 307, 308])("a redirect (%i) is not followed with the key", async (status) => {
  answer = (_request, response) => {
    response.writeHead(status, { location: `${elsewhereUrl}/steal` });
    response.end();
  };
  const { code } = await failureOf(keyedFetch()(`${baseUrl}/messages`));
  expect(code).toBe("provider_unreachable");
  expect(arrivedElsewhere).toBe(0);
});

test("a refusal that echoes the key leaves no part of it in our error", async () => {
  answer = (_request, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        error: { type: "authentication_error", message: `Incorrect API key provided: ${KEY}` },
      }),
    );
  };
  const { code, printed } = await failureOf(keyedFetch()(`${baseUrl}/messages`));
  expect(code).toBe("provider_key_invalid");
  expect(printed).not.toContain("canary");
  expect(printed).not.toContain("Incorrect");
});

test.each([
  [
    400,
    {
      error: {
        type: "invalid_request_error",
        message: "Your credit balance is too low to access the Anthropic API.",
      },
    },
    "provider_credit_exhausted",
  ],
  [
    400,
    { error: { type: "invalid_request_error", message: "messages: too long" } },
    "provider_rejected_request",
  ],
  [401, { error: { type: "authentication_error", message: "invalid x-api-key" } }, "provider_key_invalid"],
  [402, {}, "provider_credit_exhausted"],
  [403, { error: { type: "permission_error", message: "no" } }, "provider_key_forbidden"],
  [404, { error: { type: "not_found_error", message: "model" } }, "provider_model_unavailable"],
  [429, { error: { type: "rate_limit_error", message: "slow down" } }, "provider_rate_limited"],
  [500, { error: { type: "api_error", message: "oops" } }, "provider_error"],
  [503, "<html>", "provider_overloaded"],
  [529, { error: { type: "overloaded_error", message: "Overloaded" } }, "provider_overloaded"],
])("status %i with %j is %s", async (status, body, expected) => {
  answer = (_request, response) => {
    response.writeHead(status, {
      "content-type": "application/json",
      "retry-after": "7",
      "request-id": "req_1",
    });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const { error } = await failureOf(keyedFetch()(`${baseUrl}/messages`));
  expect(error).toMatchObject({ code: expected, status, retryAfterSeconds: 7, requestId: "req_1" });
});

test("an HTML page with status 200 is an unreadable answer, not an empty one", async () => {
  answer = (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<h1>Sign in to the hotel network</h1>");
  };
  expect((await failureOf(keyedFetch()(`${baseUrl}/messages`))).code).toBe("provider_bad_response");
});

/** Takes longer than the limit in the time-out tests. */
function openSlowly(): Promise<Secret> {
  vi.advanceTimersByTime(5_001);
  return Promise.resolve(new Secret(KEY));
}

describe("time-outs", () => {
  // Time advances only when a test says so: on a slow machine an answer may exceed any short limit.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("a slow key store is not reported as a provider time-out", async () => {
    const response = await keyedFetch({ openKey: openSlowly, timeoutMs: 5_000 })(`${baseUrl}/messages`);
    expect(response.status).toBe(200);
  });

  test("a provider that never responds times out", async () => {
    answer = () => void vi.advanceTimersByTime(5_000);
    expect((await failureOf(keyedFetch({ timeoutMs: 5_000 })(`${baseUrl}/messages`))).code).toBe(
      "provider_timeout",
    );
  });

  test("a provider that stalls in the middle of an answer times out", async () => {
    let provider: ServerResponse | undefined;
    answer = (_request, response) => {
      provider = response;
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    };
    const { body } = await keyedFetch({ timeoutMs: 5_000 })(`${baseUrl}/messages`);
    const reader = body?.getReader();
    if (!reader) throw new Error("the answer has no body");
    // Each chunk restarts the timer.
    for (let piece = 0; piece < 2; piece += 1) {
      vi.advanceTimersByTime(4_999);
      provider?.write("data: 1\n\n");
      // oxlint-disable-next-line no-await-in-loop -- one piece after the other
      expect((await reader.read()).done).toBe(false);
    }
    const rest = failureOf(reader.read());
    vi.advanceTimersByTime(5_000);
    expect((await rest).code).toBe("provider_timeout");
  });
});

test("a truncated answer is an interruption, and no part of it is in the error", async () => {
  answer = (request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write(String(request.headers["x-api-key"]), () => response.destroy());
  };
  const response = await keyedFetch()(`${baseUrl}/models`);
  const { code, printed } = await failureOf(response.json());
  expect(code).toBe("stream_interrupted");
  expect(printed).not.toContain("canary");
});

test("an abort in the middle of an answer is not reported as an interruption", async () => {
  answer = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n");
  };
  const caller = new AbortController();
  const response = await keyedFetch()(`${baseUrl}/messages`, { signal: caller.signal });
  const rest = response.text();
  caller.abort();
  expect((await failureOf(rest)).error.name).toBe("AbortError");
});

test("a non-HTTP response that echoes the key leaves no part of it in our error", async () => {
  answer = (request, response) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\nno header ${String(request.headers["x-api-key"])}\r\n\r\n`);
  };
  const { error, code, printed } = await failureOf(keyedFetch()(`${baseUrl}/messages`));
  expect(code).toBe("provider_unreachable");
  expect(error.cause).toMatch(/HTTPParserError/);
  expect(printed).not.toContain("canary");
});

test("an abort is not reported as a time-out", async () => {
  answer = () => undefined;
  const caller = new AbortController();
  const call = keyedFetch()(`${baseUrl}/messages`, { signal: caller.signal });
  caller.abort();
  expect((await failureOf(call)).error.name).toBe("AbortError");
});

test("a closed port means the provider is unreachable", async () => {
  const closed = "http://127.0.0.1:1/v1";
  expect((await failureOf(keyedFetch({ baseUrl: closed })(`${closed}/messages`))).code).toBe(
    "provider_unreachable",
  );
});
