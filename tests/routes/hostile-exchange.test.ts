import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { afterAll, expect, test } from "vitest";
import { CONNECTED, comeBack, failed, keysOf, startConnection } from "../http/support/connecting";
import { jsonAnswer, startHostileExchange } from "../http/support/hostile-exchange";
import { newPerson } from "../http/support/new-person";
import { productWith } from "./support/product-with";

/* A hostile server in place of the provider, during the exchange of the code. */

const hostile = await startHostileExchange();
productWith({ OPENROUTER_BASE_URL: `${hostile.url}/api` });
afterAll(() => hostile.close());

let sentBytes = 0;
const answers: [name: string, problem: string, listener: () => RequestListener][] = [
  [
    "a redirect that keeps method and body",
    "provider_unreachable",
    () => (_request, response) => {
      response.writeHead(307, { location: hostile.otherUrl }).end();
    },
  ],
  [
    "an answer without an end",
    "provider_unreachable",
    () => (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"key":"');
      const more = () => {
        while (!response.destroyed) {
          sentBytes += 64 * 1024;
          if (!response.write("k".repeat(64 * 1024))) break;
        }
      };
      response.on("drain", more);
      more();
    },
  ],
  [
    "a web page",
    "provider_unreachable",
    () => (_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>");
    },
  ],
  ["no key in it", "provider_unreachable", () => jsonAnswer(200, { user_id: "x" })],
  [
    "a key with a line break and a header behind it",
    "provider_unreachable",
    () => jsonAnswer(200, { key: "sk-or-v1-x\r\nx-evil: 1" }),
  ],
  ["a key that is no text", "provider_unreachable", () => jsonAnswer(200, { key: { toString: "sk-or-v1" } })],
  ["a key beyond every length", "provider_unreachable", () => jsonAnswer(200, { key: "k".repeat(5000) })],
  [
    "its own failure",
    "provider_unreachable",
    () => jsonAnswer(500, { error: { message: "sk-or-v1-leaked" } }),
  ],
  ["a limit", "provider_unreachable", () => jsonAnswer(429, { error: { message: "slow down" } })],
  ["a refusal", "exchange_refused", () => jsonAnswer(403, { error: { message: "Invalid code" } })],
  [
    "a connection that breaks",
    "provider_unreachable",
    () => (request) => {
      request.socket.destroy();
    },
  ],
];

test.each(answers)("%s", async (_name, problem, listener) => {
  const there = await newPerson();
  hostile.answerWith(listener());
  const page = await startConnection(there);
  const callback = new URL(page.searchParams.get("callback_url") ?? "");
  callback.searchParams.set("code", `code-${randomUUID()}`);
  expect(await comeBack(there, callback)).toBe(failed(problem));
  expect(await keysOf(there)).toEqual([]);
  expect(hostile.strayRequests()).toBe(0);
});

test("of an answer without an end, little more than a key's length was taken", () => {
  // What the operating system's buffers hold was sent too.
  expect(sentBytes).toBeGreaterThan(0);
  expect(sentBytes).toBeLessThan(8 * 1024 * 1024);
});

test("and what it may do, it may: a good answer connects", async () => {
  const there = await newPerson();
  hostile.answerWith(jsonAnswer(200, { key: `sk-or-v1-${randomUUID()}` }));
  const callback = new URL((await startConnection(there)).searchParams.get("callback_url") ?? "");
  callback.searchParams.set("code", "good");
  expect(await comeBack(there, callback)).toBe(CONNECTED);
  expect(await keysOf(there)).toHaveLength(1);
});
