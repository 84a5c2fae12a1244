import { getEventListeners } from "node:events";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createGuardedFetch } from "@/lib/outbound/guarded-fetch";
import { parseEndpoint } from "@/lib/outbound/parse-endpoint";
import {
  guardedFetchTo,
  neverResolving,
  OPEN,
  openServer,
  outcomeOf,
  outcomeOfBody,
  POLICY,
} from "./attacks";
import { writeForEver } from "./raw-server";

const CHUNKED = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n";
const UNTIL_CLOSE = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
const KIB = 1024;
const SHORT = 150;
/** A silence longer than an immediate answer takes, however busy the machine. */
const IDLE = 1_000;
const ENOUGH_TO_BEGIN = 3_000;

describe("times", () => {
  test("an endpoint that sends no headers", async () => {
    const server = await openServer(() => {});
    const { fetch, url } = guardedFetchTo(server.port, { limits: { headersMs: SHORT } });
    expect(await outcomeOf(fetch(url))).toBe("timeout");
    await server.allClosed();
  });

  test("an endpoint that sends header after header", async () => {
    const server = await openServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write("x: y\r\n"), 10);
      socket.on("close", () => clearInterval(timer));
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { headersMs: SHORT } });
    expect(await outcomeOf(fetch(url))).toBe("timeout");
    await server.allClosed();
  });

  test("an endpoint that says again and again that it goes on", async () => {
    const server = await openServer((socket) => {
      const timer = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n"), 10);
      socket.on("close", () => clearInterval(timer));
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { headersMs: SHORT } });
    expect(await outcomeOf(fetch(url))).toBe("timeout");
    await server.allClosed();
  });

  test("a program that does not accept the connection", async () => {
    const worker = new Worker(
      `const { workerData, parentPort } = require("node:worker_threads");
       const server = require("node:net").createServer().listen({ host: workerData, port: 0, backlog: 1 }, () => {
         parentPort.postMessage(server.address().port);
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
       });`,
      { eval: true, workerData: OPEN },
    );
    try {
      const port = await new Promise<number>((resolve) => worker.once("message", resolve));
      // The system completes the first connections itself; when its queue is full it no longer answers them.
      const attempts = Array.from({ length: 6 }, () =>
        guardedFetchTo(port, { limits: { headersMs: SHORT } }),
      );
      const outcomes = await Promise.all(attempts.map(({ fetch, url }) => outcomeOf(fetch(url))));
      expect(new Set(outcomes)).toEqual(new Set(["timeout"]));
    } finally {
      await worker.terminate();
    }
  });

  test("an endpoint that accepts and never speaks TLS", async () => {
    const server = await openServer(() => {});
    const endpoint = parseEndpoint(`https://${OPEN}:${server.port}`, POLICY);
    const fetch = createGuardedFetch(endpoint, { policy: POLICY, limits: { headersMs: SHORT } });
    expect(await outcomeOf(fetch(endpoint.url))).toBe("timeout");
    await server.allClosed();
  });

  test("a resolver that does not answer", async () => {
    const { fetch, url } = guardedFetchTo(8080, { limits: { headersMs: SHORT }, resolver: neverResolving });
    expect(await outcomeOf(fetch(url))).toBe("timeout");
  });

  test("an answer that falls silent", async () => {
    const server = await openServer((socket) => socket.write(`${CHUNKED}\r\n5\r\nhello\r\n`));
    const { fetch, url } = guardedFetchTo(server.port, { limits: { idleMs: IDLE } });
    const reader = (await fetch(url)).body?.getReader();
    expect((await reader?.read())?.value).toEqual(new TextEncoder().encode("hello"));
    expect(await outcomeOf(reader?.read())).toBe("timeout");
    await server.allClosed();
  });

  test("an answer that trickles forever", async () => {
    const server = await openServer((socket) => {
      socket.write(`${CHUNKED}\r\n`);
      const timer = setInterval(() => socket.write("1\r\n \r\n"), 10);
      socket.on("close", () => clearInterval(timer));
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { totalMs: ENOUGH_TO_BEGIN } });
    expect(await outcomeOfBody(fetch(url))).toBe("timeout");
    await server.allClosed();
  });

  test("an answer that is not read releases its connection", async () => {
    const server = await openServer((socket) => {
      socket.write(`${UNTIL_CLOSE}\r\n`);
      writeForEver(socket, Buffer.alloc(64 * KIB));
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { totalMs: ENOUGH_TO_BEGIN } });
    const { signal } = new AbortController();
    const response = await fetch(url, { signal });
    await server.allClosed();
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(await outcomeOf(response.text())).toBe("timeout");
  });

  test("time that the reader takes is not the endpoint's silence", async () => {
    const server = await openServer((socket) => socket.end(`${CHUNKED}\r\n5\r\nhello\r\n0\r\n\r\n`));
    const { fetch, url } = guardedFetchTo(server.port, { limits: { idleMs: IDLE } });
    const response = await fetch(url);
    // As long as it takes until a silence of the same length was noticed in another request.
    const silent = await openServer((socket) => socket.write(`${CHUNKED}\r\n`));
    const other = guardedFetchTo(silent.port, { limits: { idleMs: 2 * IDLE } });
    expect(await outcomeOfBody(other.fetch(other.url))).toBe("timeout");
    expect(await response.text()).toBe("hello");
  });
});

describe("sizes", () => {
  test("a header that is too long", async () => {
    const server = await openServer((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(64 * KIB)}\r\n\r\n`),
    );
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await outcomeOf(fetch(url))).toBe("too_large");
    await server.allClosed();
  });

  test("headers without end", async () => {
    const server = await openServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      writeForEver(socket, `x: ${"y".repeat(100)}\r\n`);
    });
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await outcomeOf(fetch(url))).toBe("too_large");
    await server.allClosed();
  });

  test("trailers without end", async () => {
    const server = await openServer((socket) => {
      socket.write(`${CHUNKED}\r\n2\r\n{}\r\n0\r\n`);
      writeForEver(socket, `x: ${"y".repeat(100)}\r\n`);
    });
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await outcomeOfBody(fetch(url))).toBe("too_large");
    await server.allClosed();
  });

  test("a body without end or length", async () => {
    const server = await openServer((socket) => {
      socket.write(`${CHUNKED}\r\n`);
      writeForEver(socket, `400\r\n${"x".repeat(KIB)}\r\n`);
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { maxBodyBytes: 256 * KIB } });
    const response = await fetch(url);
    let bytes = 0;
    const counting = new WritableStream<Uint8Array>({
      write: (piece) => {
        bytes += piece.byteLength;
      },
    });
    expect(await outcomeOf(response.body?.pipeTo(counting))).toBe("too_large");
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(256 * KIB);
    await server.allClosed();
  });

  test("a body that is announced as larger than it may be", async () => {
    const server = await openServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${10 * KIB ** 3}\r\n\r\n`);
      writeForEver(socket, Buffer.alloc(64 * KIB));
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { maxBodyBytes: 256 * KIB } });
    expect(await outcomeOfBody(fetch(url))).toBe("too_large");
    await server.allClosed();
  });

  test("a body of exactly the size that is allowed arrives", async () => {
    const server = await openServer((socket) => socket.end(`${UNTIL_CLOSE}\r\n${"x".repeat(KIB)}`));
    const { fetch, url } = guardedFetchTo(server.port, { limits: { maxBodyBytes: KIB } });
    expect(await (await fetch(url)).text()).toHaveLength(KIB);
  });

  test("a small body that unpacks to a huge one", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * KIB * KIB));
    const server = await openServer((socket) => {
      socket.write(`${UNTIL_CLOSE}content-encoding: gzip\r\n\r\n`);
      socket.end(bomb);
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { maxBodyBytes: KIB * KIB } });
    expect(bomb.byteLength).toBeLessThan(KIB * KIB);
    expect(await outcomeOfBody(fetch(url))).toBe("too_large");
    await server.allClosed();
  });

  test("a huge body that unpacks to nothing", async () => {
    const empty = Buffer.concat(Array.from({ length: KIB }, () => gzipSync("")));
    const server = await openServer((socket) => {
      socket.write(`${UNTIL_CLOSE}content-encoding: gzip\r\n\r\n`);
      writeForEver(socket, empty);
    });
    const { fetch, url } = guardedFetchTo(server.port, { limits: { maxBodyBytes: 256 * KIB } });
    expect(await outcomeOfBody(fetch(url))).toBe("too_large");
    await server.allClosed();
  });

  test("a body that is compressed twice", async () => {
    const server = await openServer((socket) => {
      socket.write(`${UNTIL_CLOSE}content-encoding: gzip, gzip\r\n\r\n`);
      socket.end(gzipSync(gzipSync("{}")));
    });
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await outcomeOf(fetch(url))).toBe("too_large");
    await server.allClosed();
  });

  test("a body compressed without being requested is read", async () => {
    const server = await openServer((socket) => {
      socket.write(`${UNTIL_CLOSE}content-encoding: gzip\r\n\r\n`);
      socket.end(gzipSync('"hello"'));
    });
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await (await fetch(url)).json()).toBe("hello");
    expect(server.received[0]).toContain("accept-encoding: identity\r\n");
  });
});
