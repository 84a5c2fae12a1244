import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { EnvHttpProxyAgent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  guardedFetchTo,
  neverResolving,
  OPEN,
  openServer,
  outcomeOf,
  outcomeOfBody,
  resolverAnswering,
} from "./attacks";
import { ok } from "./raw-server";

const EVENT_STREAM =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

describe("what is sent", () => {
  test.each<[string, (url: string) => Parameters<typeof fetch>]>([
    ["an address and settings", (url) => [url, { method: "POST", body: '{"a":"ü"}' }]],
    ["a URL", (url) => [new URL(url), { method: "POST", body: Buffer.from('{"a":"ü"}') }]],
    ["a Request", (url) => [new Request(url, { method: "POST", body: '{"a":"ü"}' }), undefined]],
    [
      "a stream",
      (url) => {
        const body = new Blob(['{"a":"ü"}']).stream();
        // `duplex` is required with a stream and missing in TypeScript's declaration of the browser's fetch.
        return [url, { method: "POST", body, duplex: "half" } as RequestInit];
      },
    ],
  ])("from %s has its length and arrives as it was", async (_name, call) => {
    const server = await openServer(ok("{}"));
    const { fetch, url } = guardedFetchTo(server.port);
    await fetch(...call(url));
    expect(server.received[0]).toMatch(/^POST \/v1\/models HTTP\/1\.1\r\n/);
    expect(server.received[0]).toContain("content-length: 10\r\n");
    expect(server.received[0]).not.toContain("transfer-encoding");
    await expect
      .poll(() => server.received[0])
      .toContain(Buffer.from('\r\n\r\n{"a":"ü"}').toString("latin1"));
  });

  test("from a form is a form", async () => {
    const server = await openServer(ok("{}"));
    const { fetch, url } = guardedFetchTo(server.port);
    const body = new FormData();
    body.set("purpose", "fine-tune");
    await fetch(url, { method: "POST", body });
    expect(server.received[0]).toMatch(/content-type: multipart\/form-data; boundary=/);
    await expect.poll(() => server.received[0]).toContain('name="purpose"\r\n\r\nfine-tune');
  });

  test("holds what the caller says, and neither cookies nor where it comes from", async () => {
    const server = await openServer(ok("{}", "set-cookie: session=1; Path=/\r\n"));
    const { fetch, url } = guardedFetchTo(server.port, { resolver: resolverAnswering([OPEN], [OPEN]) });
    await fetch(url);
    await fetch(url, {
      headers: {
        authorization: "Bearer sk-canary",
        cookie: "a=b",
        referer: "https://orchestral.example/projects/1",
        origin: "https://orchestral.example",
        "proxy-authorization": "Basic YTpi",
      },
      credentials: "include",
      referrer: "https://orchestral.example/projects/1",
    });
    expect(server.received[1]).toContain("authorization: Bearer sk-canary\r\n");
    expect(server.received.join("")).not.toMatch(/cookie|refer|origin|proxy|orchestral/i);
  });

  test("goes past no proxy, whatever the environment and the process have set", async () => {
    const proxy = await openServer(ok('"proxy"'));
    const server = await openServer(ok('"endpoint"'));
    const address = `http://${OPEN}:${proxy.port}`;
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) vi.stubEnv(name, address);
    const before = getGlobalDispatcher();
    setGlobalDispatcher(new EnvHttpProxyAgent());
    try {
      const { fetch, url } = guardedFetchTo(server.port);
      expect(await (await fetch(url)).json()).toBe("endpoint");
      expect(proxy.received).toEqual([]);
    } finally {
      setGlobalDispatcher(before);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
});

describe("what comes back", () => {
  test("is a Response like any other", async () => {
    const server = await openServer(ok('{"data":[]}', "x-request-id: req_1\r\n"));
    const { fetch, url } = guardedFetchTo(server.port);
    const response = await fetch(url);
    expect(response).toBeInstanceOf(Response);
    expect(response.body).toBeInstanceOf(ReadableStream);
    expect(response.headers).toBeInstanceOf(Headers);
    expect(response).toMatchObject({ ok: true, status: 200 });
    expect(response.headers.get("x-request-id")).toBe("req_1");
    const piped = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>());
    expect(await new Response(piped ?? null, { headers: response.headers }).json()).toEqual({ data: [] });
    await server.allClosed();
  });

  test.each([400, 401, 404, 429, 500, 503])(
    "with the status %i is passed on for the caller to judge",
    async (status) => {
      const server = await openServer((socket) =>
        socket.end(`HTTP/1.1 ${status} sk-canary\r\nretry-after: 3\r\ncontent-length: 2\r\n\r\n{}`),
      );
      const { fetch, url } = guardedFetchTo(server.port);
      const response = await fetch(url);
      expect(response).toMatchObject({ ok: false, status, statusText: "" });
      expect(response.headers.get("retry-after")).toBe("3");
      expect(await response.json()).toEqual({});
      await server.allClosed();
    },
  );

  test("without a body releases the connection at once", async () => {
    const server = await openServer((socket) => socket.write("HTTP/1.1 204 No Content\r\n\r\n"));
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await fetch(url)).toMatchObject({ status: 204, body: null });
    await server.allClosed();
  });

  test("arrives piece by piece, as it is sent", async () => {
    const connection = Promise.withResolvers<Socket>();
    const server = await openServer((socket) => {
      socket.write(`${EVENT_STREAM}9\r\ndata: 1\n\n\r\n`);
      connection.resolve(socket);
    });
    const { fetch, url } = guardedFetchTo(server.port);
    const reader = (await fetch(url)).body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toEqual({ done: false, value: "data: 1\n\n" });
    // Only now is there a second piece.
    (await connection.promise).write("9\r\ndata: 2\n\n\r\n");
    expect(await reader?.read()).toEqual({ done: false, value: "data: 2\n\n" });
    (await connection.promise).write("0\r\n\r\n");
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
    await server.allClosed();
  });

  test.each([
    ["nothing", ""],
    ["half a header", "HTTP/1.1 200 OK\r\ncontent-ty"],
    ["no HTTP", "220 smtp.example ESMTP\r\n"],
    ["a status that does not exist", "HTTP/1.1 999 Hello\r\ncontent-length: 0\r\n\r\n"],
    [
      "another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    ],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"],
  ])("as %s before it breaks off is unreachable", async (_name, text) => {
    const server = await openServer((socket) => socket.end(text));
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await outcomeOf(fetch(url))).toBe("unreachable");
    await server.allClosed();
  });

  test.each([
    ["its length", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"],
    ["its last chunk", `${EVENT_STREAM}9\r\ndata: 1\n\n\r\n`],
    ["the end of a chunk", `${EVENT_STREAM}9\r\ndata`],
    [
      "the end of its compression",
      "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd",
    ],
  ])("and breaks off before %s fails while it is read", async (_name, text) => {
    const server = await openServer((socket) => socket.end(text));
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await outcomeOfBody(fetch(url))).toBe("unreachable");
    await server.allClosed();
  });

  test.each([
    ["a status line", "HTTP/1.1 sk-canary\r\n\r\n"],
    ["a header", "HTTP/1.1 200 OK\r\nsk-canary\r\n\r\n"],
    ["a redirect", "HTTP/1.1 307 sk-canary\r\nlocation: http://llm.example/sk-canary\r\n\r\n"],
    ["a chunk", `${EVENT_STREAM}sk-canary\r\n`],
  ])("and repeats the key in %s leaves no trace of it in the failure", async (_name, text) => {
    const server = await openServer((socket) => socket.end(text));
    const { fetch, url } = guardedFetchTo(server.port);
    const failure: unknown = await fetch(url)
      .then((response) => response.text())
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "EndpointFailure" });
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain("sk-canary");
  });

  test("from a closed port is unreachable", async () => {
    const server = await openServer(() => {});
    const { fetch, url } = guardedFetchTo(server.port);
    await server.stop();
    expect(await outcomeOf(fetch(url))).toBe("unreachable");
  });
});

describe("a caller that aborts", () => {
  const reason = new Error("the person hung up");

  test("before the request starts nothing", async () => {
    const resolver = resolverAnswering();
    const { fetch, url } = guardedFetchTo(8080, { resolver });
    await expect(fetch(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(resolver.asked).toEqual([]);
  });

  test("while the name is resolved waits no longer", async () => {
    const { fetch, url } = guardedFetchTo(8080, { resolver: neverResolving });
    const caller = new AbortController();
    const answer = fetch(url, { signal: caller.signal });
    caller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  test.each(["settings", "a Request"])(
    "while the endpoint thinks ends the connection (signal in %s)",
    async (place) => {
      const arrived = Promise.withResolvers<void>();
      const server = await openServer(() => arrived.resolve());
      const { fetch, url } = guardedFetchTo(server.port);
      const { signal, abort } = hangingUp();
      const answer = place === "settings" ? fetch(url, { signal }) : fetch(new Request(url, { signal }));
      await arrived.promise;
      abort();
      await expect(answer).rejects.toBe(reason);
      await server.allClosed();
    },
  );

  test.each([true, false])(
    "in the middle of the answer ends both (while a piece is awaited: %s)",
    async (awaited) => {
      const server = await openServer((socket) => socket.write(`${EVENT_STREAM}9\r\ndata: 1\n\n\r\n`));
      const { fetch, url } = guardedFetchTo(server.port);
      const { signal, abort } = hangingUp();
      const reader = (await fetch(url, { signal })).body?.getReader();
      await reader?.read();
      const next = awaited ? reader?.read() : undefined;
      abort();
      await expect(next ?? reader?.read()).rejects.toBe(reason);
      await server.allClosed();
    },
  );

  test("after the answer changes nothing", async () => {
    const server = await openServer(ok('"done"'));
    const { fetch, url } = guardedFetchTo(server.port);
    const { signal, abort } = hangingUp();
    const response = await fetch(url, { signal });
    const text = await response.text();
    expect(getEventListeners(signal, "abort")).toEqual([]);
    abort();
    expect(text).toBe('"done"');
    await server.allClosed();
  });

  test("by giving up the body ends the connection", async () => {
    const server = await openServer((socket) => socket.write(`${EVENT_STREAM}9\r\ndata: 1\n\n\r\n`));
    const { fetch, url } = guardedFetchTo(server.port);
    await (await fetch(url)).body?.cancel();
    await server.allClosed();
    expect(server.received).toHaveLength(1);
  });

  function hangingUp() {
    const caller = new AbortController();
    return { signal: caller.signal, abort: () => caller.abort(reason) };
  }
});

test("an endpoint that keeps its connections open gets a new one for each request, and each is closed", async () => {
  const server = await openServer((socket) =>
    socket.write(
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\nkeep-alive: timeout=600\r\n\r\n{}",
    ),
  );
  const { fetch, url } = guardedFetchTo(server.port, { resolver: resolverAnswering([OPEN], [OPEN], [OPEN]) });
  for (let count = 0; count < 3; count += 1) await (await fetch(url)).json();
  await server.allClosed();
  expect(server.received).toHaveLength(3);
});
