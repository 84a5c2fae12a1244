import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { closeAfterUse } from "./end-in-order";

test("a client that asks again over a connection in use does not keep the server from closing", async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  let answer = (outgoing: ServerResponse) => asked.resolve(outgoing);
  const server = createServer((_incoming, outgoing) => answer(outgoing)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async () => {
    const [incoming] = (await once(get({ host: "127.0.0.1", port, agent }), "response")) as [IncomingMessage];
    incoming.resume();
    await once(incoming, "end");
    return incoming.headers.connection;
  };
  const first = ask();
  const outgoing = await asked.promise;
  const closed = Promise.withResolvers<void>();
  closeAfterUse(server, closed.resolve);
  answer = (next) => next.end();
  outgoing.end("an answer that was begun before");
  await first;
  expect(await ask()).toBe("close");
  await closed.promise;
});
