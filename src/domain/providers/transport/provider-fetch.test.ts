import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { providerFetch } from "./provider-fetch";

let server: Server;
let url: string;
let connections: number;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  connections = 0;
  answer = (response) => response.end("whole");
  server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  server.on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function ask(): Promise<string> {
  return (await providerFetch(url, { method: "POST", body: "{}" })).text();
}

test("requests one after the other share a connection, and those at the same time wait for no other", async () => {
  for (let time = 0; time < 10; time += 1) expect(await ask()).toBe("whole");
  // A request that comes while the one before is being put away opens another.
  expect(connections).toBeLessThan(5);
  const held: ServerResponse[] = [];
  answer = (response) => {
    held.push(response);
    if (held.length === 3) for (const each of held) each.end("together");
  };
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(["together", "together", "together"]);
});

test("hanging up ends the request at the provider, and only this one", async () => {
  const ended = Promise.withResolvers<void>();
  answer = (response) => {
    response.write("half");
    response.once("close", () => ended.resolve());
  };
  const hangUp = new AbortController();
  const response = await providerFetch(url, { method: "POST", body: "{}", signal: hangUp.signal });
  hangUp.abort();
  await ended.promise;
  await expect(response.text()).rejects.toThrow("aborted");
  answer = (other) => other.end("whole");
  expect(await (await providerFetch(url)).text()).toBe("whole");
});

test("a redirect is not followed", async () => {
  answer = (response) => response.writeHead(307, { location: `${url}/elsewhere` }).end();
  await expect(providerFetch(url, { redirect: "error" })).rejects.toThrow("fetch failed");
});
