import { once } from "node:events";
import http from "node:http";
import { afterEach, expect, test } from "vitest";
import { passStreamOn } from "./pass-answer-on";

const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
}

/** What arrives when the model sends these pieces and every event is converted to upper case. */
async function passedOn(pieces: readonly string[]): Promise<string> {
  const model = await listening((_request, response) => {
    for (const piece of pieces) response.write(piece);
    response.end();
  });
  const front = await listening((_request, response) => {
    http.get(model, { agent: false }, (upstream) =>
      passStreamOn(upstream, response, {
        event: (event) => (event === "drop" ? [] : [event.toUpperCase()]),
        whole: (body) => body,
      }),
    );
  });
  return (await fetch(front, { headers: { connection: "close" } })).text();
}

test.each([
  ["events in one piece", ["one\n\ntwo\n\n"], "ONE\n\nTWO\n\n"],
  ["an event cut anywhere", ["on", "e\n", "\ntw", "o\n\n"], "ONE\n\nTWO\n\n"],
  ["an event nobody should see", ["one\n\ndrop\n\ntwo\n\n"], "ONE\n\nTWO\n\n"],
  ["what is no event", ['{"error":"no stream"}'], '{"error":"no stream"}'],
  ["nothing", [], ""],
])("%s", async (_what, pieces, arrives) => {
  expect(await passedOn(pieces)).toBe(arrives);
});
