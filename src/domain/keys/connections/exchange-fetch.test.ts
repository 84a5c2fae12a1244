import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openrouter } from "@/domain/providers/openrouter/adapter";
import { exchangeFetch } from "./exchange-fetch";

let server: Server;
let baseUrl = "";
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const BEGINNING = '{"key":"sk-or-v1-canary-exchange';

/** The error code an exchange ends with, and everything in the error that could be printed. */
async function failureOf(timeoutMs?: number): Promise<{ code: unknown; printed: string }> {
  const fetch = exchangeFetch(openrouter.classifyRefusal, timeoutMs);
  const exchanged = openrouter.connection?.exchangeCode({ baseUrl, code: "c", codeVerifier: "v", fetch });
  const error = await exchanged?.then(
    () => new Error("the exchange succeeded"),
    (reason: unknown) => reason as Error,
  );
  return {
    code: (error as { code?: unknown }).code,
    printed: [error?.message, error?.stack, String(error?.cause)].join("\n"),
  };
}

test("a truncated response is a provider failure, and no part of it is in the error", async () => {
  answer = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write(BEGINNING, () => response.destroy());
  };
  const { code, printed } = await failureOf();
  expect(code).toBe("stream_interrupted");
  expect(printed).not.toContain("canary");
});

test("a response that does not finish in time is a provider failure", async () => {
  answer = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write(BEGINNING);
  };
  expect((await failureOf(50)).code).toBe("provider_timeout");
});

test("no response is a provider failure", async () => {
  answer = (_request, response) => response.destroy();
  expect((await failureOf()).code).toBe("provider_unreachable");
});

test("a complete response is read", async () => {
  answer = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"key":"sk-or-v1-0123456789abcdef"}');
  };
  const fetch = exchangeFetch(openrouter.classifyRefusal);
  const key = await openrouter.connection?.exchangeCode({ baseUrl, code: "c", codeVerifier: "v", fetch });
  expect(key).toBe("sk-or-v1-0123456789abcdef");
});
