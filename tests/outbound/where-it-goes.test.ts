import { describe, expect, test } from "vitest";
import { createGuardedFetch } from "@/lib/outbound/guarded-fetch";
import { parseEndpoint } from "@/lib/outbound/parse-endpoint";
import {
  CLOSED,
  guardedFetchTo,
  OPEN,
  openAndClosedServer,
  openServer,
  outcomeOf,
  resolverAnswering,
} from "./attacks";
import { PUBLIC_ONLY, policyAllowing } from "./policies";
import { ok } from "./raw-server";

describe("a redirect", () => {
  test.each([300, 301, 302, 303, 304, 307, 308])(
    "by %i to a private address is not followed",
    async (status) => {
      const [open, closed] = await openAndClosedServer(
        (socket) => socket.end(`HTTP/1.1 ${status} Go\r\nlocation: http://${CLOSED}:${closed.port}/\r\n\r\n`),
        ok("secret"),
      );
      const { fetch, url } = guardedFetchTo(open.port);
      const headers = { authorization: "Bearer sk-canary" };
      expect(await outcomeOf(fetch(url, { method: "POST", body: "{}", headers }))).toBe("redirect");
      await open.allClosed();
      expect(closed.received).toEqual([]);
      expect(open.received).toHaveLength(1);
      expect(open.received[0]).toContain("authorization: Bearer sk-canary");
    },
  );

  test("to the same origin is not followed either, whatever the caller asks for", async () => {
    const server = await openServer((socket) =>
      socket.end(`HTTP/1.1 307 Go\r\nlocation: http://llm.example:${server.port}/v2\r\n\r\n`),
    );
    const { fetch, url } = guardedFetchTo(server.port);
    expect(await outcomeOf(fetch(url, { redirect: "follow" }))).toBe("redirect");
    expect(server.received).toHaveLength(1);
  });
});

describe("a name", () => {
  test("that resolves differently later is resolved once per request, and the connection goes to the checked address", async () => {
    const [open, closed] = await openAndClosedServer(ok('"open"'), ok('"closed"'));
    const resolver = resolverAnswering([OPEN], [CLOSED]);
    const { fetch, url } = guardedFetchTo(open.port, { resolver });

    expect(await (await fetch(url)).json()).toBe("open");
    expect(resolver.asked).toEqual(["llm.example"]);

    expect(await outcomeOf(fetch(url))).toBe("endpoint_refused");
    expect(resolver.asked).toEqual(["llm.example", "llm.example"]);
    expect(closed.received).toEqual([]);
    expect(open.received).toHaveLength(1);
  });

  test("is what the endpoint sees in the Host header", async () => {
    const server = await openServer(ok("{}"));
    const { fetch, url } = guardedFetchTo(server.port);
    await fetch(url, { headers: { host: "localhost" } });
    expect(server.received[0]).toMatch(/^GET \/v1\/models HTTP\/1\.1\r\n/);
    expect(server.received[0]?.match(/^host: .*$/gim)).toEqual([`host: llm.example:${server.port}`]);
  });

  test.each([
    [[OPEN, CLOSED]],
    [[CLOSED, OPEN]],
    [[OPEN, "::1"]],
    [[OPEN, "::ffff:127.0.0.1"]],
    [[OPEN, "169.254.169.254"]],
    [[OPEN, "fe80::1%lo"]],
    [[OPEN, "127.1"]],
    [[OPEN, "localhost"]],
    [[OPEN, ""]],
    // Public, but the endpoint is not encrypted.
    [["8.8.8.8"]],
    [[OPEN, "8.8.8.8"]],
  ])("with the answers %j is refused, and no connection is made", async (answers) => {
    const [open, closed] = await openAndClosedServer(ok("{}"), ok("{}"));
    const { fetch, url } = guardedFetchTo(open.port, { resolver: resolverAnswering(answers) });
    expect(await outcomeOf(fetch(url))).toBe("endpoint_refused");
    expect([...open.received, ...closed.received]).toEqual([]);
  });

  test("is refused with an error that does not reveal what it resolves to", async () => {
    const { fetch, url } = guardedFetchTo(8080, { resolver: resolverAnswering(["10.11.12.13"]) });
    await expect(fetch(url)).rejects.toMatchObject({
      message: expect.not.stringContaining("10.11.12.13"),
      cause: "resolved to 10.11.12.13",
    });
  });

  test("with several open addresses is reached by the first that answers", async () => {
    const server = await openServer(ok('"open"'));
    const { fetch, url } = guardedFetchTo(server.port, { resolver: resolverAnswering(["127.0.0.3", OPEN]) });
    expect(await (await fetch(url)).json()).toBe("open");
  });

  test("that does not exist is unreachable", async () => {
    const { fetch, url } = guardedFetchTo(8080, { resolver: resolverAnswering() });
    expect(await outcomeOf(fetch(url))).toBe("unreachable");
    const none = guardedFetchTo(8080, { resolver: resolverAnswering([]) });
    expect(await outcomeOf(none.fetch(none.url))).toBe("unreachable");
  });

  test("is resolved by the system if no resolver is given", async () => {
    const policy = policyAllowing("127.0.0.1,::1");
    const endpoint = parseEndpoint("http://localhost:9999", policy);
    const closedMeanwhile = createGuardedFetch(endpoint, { policy: PUBLIC_ONLY });
    await expect(closedMeanwhile("http://localhost:9999/")).rejects.toMatchObject({
      code: "endpoint_refused",
      cause: expect.stringMatching(/^resolved to (127\.0\.0\.1|::1)$/),
    });
    // RFC 6761 reserves "invalid" for names that never resolve.
    const missing = createGuardedFetch(parseEndpoint("https://llm.invalid", policy), { policy });
    await expect(missing("https://llm.invalid/")).rejects.toMatchObject({
      kind: "unreachable",
      cause: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    });
  });
});

describe("an address in numbers", () => {
  test("is reached without asking a resolver", async () => {
    const policy = policyAllowing(OPEN);
    const server = await openServer(ok('"open"'));
    const resolver = resolverAnswering();
    const endpoint = parseEndpoint(`http://${OPEN}:${server.port}`, policy);
    const response = await createGuardedFetch(endpoint, { policy, resolver })(`${endpoint.url}/v1`);
    expect(await response.json()).toBe("open");
    expect(resolver.asked).toEqual([]);
  });

  test("is refused at the next request once the operator closes it", async () => {
    const server = await openServer(ok("{}"));
    const endpoint = parseEndpoint(`http://${OPEN}:${server.port}`, policyAllowing(OPEN));
    const fetch = createGuardedFetch(endpoint, { policy: policyAllowing("127.0.0.3") });
    expect(await outcomeOf(fetch(endpoint.url))).toBe("endpoint_refused");
    expect(server.received).toEqual([]);
  });
});

describe("another origin than the endpoint's", () => {
  test.each([
    "https://llm.example:PORT/v1",
    "http://other.example:PORT/v1",
    "http://llm.example:1/v1",
    `http://${OPEN}:PORT/v1`,
    "http://llm.example.:PORT/v1",
    "http://me:hunter2@llm.example:PORT/v1",
    "file:///etc/passwd",
    "data:text/plain,hello",
  ])("(%s) is refused before anything is resolved or sent", async (target) => {
    const server = await openServer(ok("{}"));
    const resolver = resolverAnswering();
    const { fetch } = guardedFetchTo(server.port, { resolver });
    expect(await outcomeOf(fetch(target.replace("PORT", String(server.port))))).toBe("endpoint_refused");
    expect(resolver.asked).toEqual([]);
    expect(server.received).toEqual([]);
  });
});
