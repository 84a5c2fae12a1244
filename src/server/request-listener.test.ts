import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { API_HEADERS, SECURITY_HEADERS } from "@/lib/http/security-headers";
import { type AgentHandler, serveAgent } from "./agent-handler";
import { requestListener } from "./request-listener";

let server: Server;
let url: string;
/** Requests that Next would have answered. */
let passedOn: string[];
let answer: AgentHandler;

beforeEach(async () => {
  passedOn = [];
  answer = () => new Response("of the agent");
  serveAgent((request) => answer(request));
  server = createServer(
    requestListener(async ({ method, url: address }, outgoing) => {
      passedOn.push(`${method} ${address}`);
      outgoing.end("of Next");
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** As it is written: `fetch` would tidy the address. */
async function ask(path: string, method = "GET"): Promise<{ status: number; text: string }> {
  const sent = httpRequest(`${url}/`, { path, method }).end();
  const [response] = await once(sent, "response");
  let text = "";
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode, text };
}

test.each(["/api/mastra/codegen", "/api/mastra/codegen?a=%ff", "/api/mastra/runs/some-id_1"])(
  "the agent answers %s, for each of its methods",
  async (path) => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      expect(await ask(path, method)).toEqual({ status: 200, text: "of the agent" });
    }
    expect(passedOn).toEqual([]);
  },
);

test.each([
  "/",
  "/api/mastra",
  "/api/mastra/",
  "/api/mastra/codegen/",
  "//api/mastra/codegen",
  "/api/mastra//codegen",
  "/api/%6dastra/codegen",
  "/api/mastra/%ff",
  "/api/mastra/../v1/projects",
  "/api/mastrap/codegen",
])("Next answers %s", async (path) => {
  expect(await ask(path)).toEqual({ status: 200, text: "of Next" });
  expect(passedOn).toEqual([`GET ${path}`]);
});

test.each(["OPTIONS", "HEAD", "TRACE"])("Next answers %s", async (method) => {
  await ask("/api/mastra/codegen", method);
  expect(passedOn).toEqual([`${method} /api/mastra/codegen`]);
});

test("the agent's answers carry the headers that Next adds to every other", async () => {
  answer = () => Response.json({ a: 1 }, { status: 418, headers: { "x-own": "yes" } });
  const response = await fetch(`${url}/api/mastra/codegen`);
  expect(response.status).toBe(418);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    ...SECURITY_HEADERS,
    ...API_HEADERS,
    "x-own": "yes",
    "content-type": "application/json",
  });
  expect(await response.json()).toEqual({ a: 1 });
});

test("the agent reads headers and body as they were sent", async () => {
  answer = async (request) =>
    Response.json([request.method, request.url, request.headers.get("x-asked"), await request.text()]);
  const body = "ä".repeat(200_000);
  const sent = { method: "POST", headers: { "x-asked": "a, b" }, body };
  const response = await fetch(`${url}/api/mastra/codegen?x=1`, sent);
  expect(await response.json()).toEqual(["POST", "http://localhost/api/mastra/codegen?x=1", "a, b", body]);
});

test("a body that is refused unread, or half read, leaves the connection usable", async () => {
  for (const read of [async () => undefined, async (request: Request) => request.body?.getReader().read()]) {
    answer = async (request) => {
      await read(request);
      return new Response("refused", { status: 413 });
    };
    for (let time = 0; time < 3; time += 1) {
      const response = await fetch(`${url}/api/mastra/codegen`, {
        method: "POST",
        body: "x".repeat(3_000_000),
      });
      expect([response.status, await response.text()]).toEqual([413, "refused"]);
    }
  }
});

test("a handler that throws answers 500, with nothing of the error", async () => {
  answer = () => Promise.reject(new Error("a secret"));
  expect(await ask("/api/mastra/codegen")).toEqual({ status: 500, text: "" });
});

test("a stream that fails breaks the connection off, so that nobody takes it for whole", async () => {
  answer = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("half"));
        },
        pull: () => Promise.reject(new Error("a secret")),
      }),
    );
  const response = await fetch(`${url}/api/mastra/codegen`);
  await expect(response.text()).rejects.toThrow("terminated");
});

test("the handler learns that the client hung up: before it answers, and while it streams", async () => {
  for (const isStreaming of [false, true]) {
    const heard = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let wasCancelled = false;
    answer = async ({ signal }) => {
      signal.addEventListener("abort", () => heard.resolve());
      begun.resolve();
      if (!isStreaming) await heard.promise;
      return new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode("begun")),
          cancel: () => void (wasCancelled = true),
        }),
      );
    };
    const hangUp = new AbortController();
    const asked = fetch(`${url}/api/mastra/codegen`, { method: "POST", body: "{}", signal: hangUp.signal });
    const ended = asked.then((response) => response.text()).catch(() => "hung up");
    await (isStreaming ? asked : begun.promise);
    hangUp.abort();
    await heard.promise;
    await expect.poll(() => wasCancelled).toBe(true);
    expect(await ended).toBe("hung up");
  }
});

test("what the client does not read is not made", async () => {
  let made = 0;
  answer = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          made += 1;
          if (made > 1000) controller.close();
          else controller.enqueue(new Uint8Array(64 * 1024));
        },
      }),
    );
  const sent = httpRequest(`${url}/api/mastra/codegen`).end();
  const [response] = await once(sent, "response");
  response.pause();
  let before = -1;
  // Until it stands still: the buffers of both ends are full.
  await expect
    .poll(() => {
      const stands = made === before;
      before = made;
      return stands;
    })
    .toBe(true);
  expect(made).toBeLessThan(500);
  let bytes = 0;
  for await (const piece of response) bytes += (piece as Buffer).byteLength;
  expect(bytes).toBe(1000 * 64 * 1024);
});
