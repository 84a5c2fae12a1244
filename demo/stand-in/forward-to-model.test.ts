import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { forwardToModel } from "./forward-to-model";

test("a connection that was closed as it was used again is no failure", async () => {
  const used = new WeakSet<object>();
  const model = await listening((request, response) => {
    if (used.has(request.socket)) return void request.socket.destroy();
    used.add(request.socket);
    request.resume().on("end", () => response.end("answer"));
  });
  const agent = new http.Agent({ keepAlive: true });
  const failures: Error[] = [];
  const standIn = await listening((_request, response) =>
    forwardToModel(response, {
      model: new URL(urlOf(model)),
      path: "/",
      agent,
      ticket: "1",
      chat: { model: "m", stream: false, wantsUsage: false },
      onAnswer: (answer) => void answer.pipe(response),
      onFailure: (error) => {
        failures.push(error);
        response.destroy();
      },
    }),
  );
  try {
    for (let message = 0; message < 3; message += 1) {
      expect(await (await fetch(urlOf(standIn))).text()).toBe("answer");
    }
    expect(failures).toEqual([]);
  } finally {
    agent.destroy();
    for (const server of [standIn, model]) server.close().closeAllConnections();
  }
});

async function listening(answer: http.RequestListener): Promise<http.Server> {
  const server = http.createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const urlOf = (server: http.Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
