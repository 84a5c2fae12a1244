import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accessToken, forgetAccessToken, tokenExpiry } from "./access-token";

function jwt(expiresInSeconds: number, mark = ""): string {
  const payload = { exp: Math.floor(Date.now() / 1000) + expiresInSeconds, mark };
  return ["e30", Buffer.from(JSON.stringify(payload)).toString("base64url"), "signature"].join(".");
}

let server: Server;
let requests = 0;
let answer: () => { status: number; body: unknown };
const realFetch = globalThis.fetch;

beforeEach(async () => {
  requests = 0;
  server = createServer((_request, response) => {
    requests++;
    const { status, body } = answer();
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // The browser resolves the path against its page; Node needs a full URL.
  globalThis.fetch = (input, init) =>
    realFetch(new URL(input instanceof Request ? input.url : input, `http://127.0.0.1:${port}`), init);
});

afterEach(async () => {
  globalThis.fetch = realFetch;
  forgetAccessToken();
  await new Promise((resolve) => server.close(resolve));
});

test("is fetched once and then kept until shortly before it expires", async () => {
  const token = jwt(900);
  answer = () => ({ status: 200, body: { token } });
  expect(await accessToken()).toBe(token);
  expect(await accessToken()).toBe(token);
  expect(requests).toBe(1);
});

test("two messages sent at once share one token request", async () => {
  answer = () => ({ status: 200, body: { token: jwt(900) } });
  await Promise.all([accessToken(), accessToken(), accessToken()]);
  expect(requests).toBe(1);
});

test("is fetched again if it would expire in transit", async () => {
  answer = () => ({ status: 200, body: { token: jwt(20, String(requests)) } });
  const first = await accessToken();
  expect(await accessToken()).not.toBe(first);
  expect(requests).toBe(2);
});

test("is fetched again after the agent rejected it", async () => {
  answer = () => ({ status: 200, body: { token: jwt(900, String(requests)) } });
  const first = await accessToken();
  forgetAccessToken();
  expect(await accessToken()).not.toBe(first);
});

test("an ended session is an error with status 401, and the next call fetches again", async () => {
  answer = () => ({ status: 401, body: { message: "Unauthorized" } });
  await expect(accessToken()).rejects.toMatchObject({ name: "ApiError", status: 401 });
  const token = jwt(900);
  answer = () => ({ status: 200, body: { token } });
  expect(await accessToken()).toBe(token);
});

test.each(["", "a.b.c", "e30.e30.x", "not a token"])("%j has no expiry and is not kept", (token) => {
  expect(tokenExpiry(token)).toBe(0);
});
