import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, inject } from "vitest";

/** Open to the product, as an operator's own model server would be; this machine's usual address is not. */
export const OPEN = "127.0.0.2";
export const CLOSED = "127.0.0.1";

/** What a hostile endpoint does, named by the first part of its path. */
const TRICKS: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  redirect: (request, response) => {
    response.writeHead(307, { location: `http://${CLOSED}:${portOf(neighbour)}${request.url}` }).end();
  },
  html: (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(`<h1>Sign in</h1>${TRACE}`);
  },
  huge: (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const piece = Buffer.alloc(256 * 1024, " ");
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on("drain", more);
    more();
  },
  drip: (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(timer));
  },
  silent: () => undefined,
  "repeats the key": (request, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: `bad key ${request.headers.authorization} ${TRACE}` } }));
  },
  "repeats the key in a stream": (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const error = { message: `bad key ${request.headers.authorization} ${TRACE}`, code: 401 };
    response.end(`data: ${JSON.stringify({ error })}\n\n`);
  },
  "repeats the key as an id": (request, response) => {
    response.writeHead(500, { "content-type": "application/json", "x-request-id": keyOf(request) }).end("{}");
  },
  "not http": (request) => {
    request.socket.end(`+PONG ${TRACE}\r\n`);
  },
};
/** What answers well and repeats the key where providers put ids and names. */
const ANSWERS: typeof TRICKS = {
  "key in ids": (request, response) => {
    const key = keyOf(request);
    if (request.url?.endsWith("/models")) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ object: "list", data: [{ id: key }, { id: `x/${key}` }, { id: "fine" }] }),
      );
      return;
    }
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ id: key, object: "chat.completion.chunk", created: 1, model: key, system_fingerprint: key, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": key });
      const calls = ["listFiles", key].map((name, index) => ({
        index,
        id: `${key.slice(index, 12 + index)}-${index}`,
        type: "function",
        function: { name, arguments: "{}" },
      }));
      // After the answers of the tools, a text.
      response.write(
        body.includes('"role":"tool"') ? chunk({ content: "done" }) : chunk({ tool_calls: calls }),
      );
      response.end(`${chunk({}, body.includes('"role":"tool"') ? key : "tool_calls")}data: [DONE]\n\n`);
    });
  },
};

function keyOf(request: IncomingMessage): string {
  return (request.headers.authorization ?? "").replace(/^Bearer /, "");
}

/** A text of the endpoint, which must not appear anywhere. */
export const TRACE = "trace-of-the-endpoint";

export const tricks: readonly string[] = Object.keys(TRICKS);

let hostile: Server;
let neighbour: Server;
const arrivedNextDoor: string[] = [];
/**
 * For the test file that calls it: an endpoint that plays tricks, and a check that nothing ever reaches its
 * neighbour address.
 */
export function useHostileEndpoint(): void {
  beforeAll(async () => {
    hostile = await listen(OPEN, (request, response) => {
      const [, trick = ""] = (request.url ?? "").split("/");
      const name = decodeURIComponent(trick);
      const play = TRICKS[name] ?? ANSWERS[name];
      if (play) play(request, response);
      else passOn(request, response);
    });
    neighbour = await listen(CLOSED, (request, response) => {
      arrivedNextDoor.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      response.writeHead(200, { "content-type": "application/json" }).end('{"data":[]}');
    });
  });
  afterEach(() => {
    if (arrivedNextDoor.length > 0) throw new Error(`arrived next door: ${arrivedNextDoor.join("; ")}`);
  });
  afterAll(() => {
    for (const each of [hostile, neighbour]) {
      each?.closeAllConnections();
      each?.close();
    }
  });
}

async function listen(host: string, answer: http.RequestListener): Promise<Server> {
  const made = http.createServer(answer);
  await new Promise<void>((resolve) => made.listen(0, host, resolve));
  return made;
}

function portOf(of: Server): number {
  return (of.address() as AddressInfo).port;
}

/** The person's custom endpoint: the stand-in under another address. */
function passOn(request: IncomingMessage, response: ServerResponse): void {
  const to = new URL(request.url ?? "/", inject("standInUrl"));
  const passed = http.request(
    to,
    { method: request.method, headers: { ...request.headers, host: to.host } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  request.pipe(passed);
}

/** @param path a trick, or a folder of the stand-in's */
export function addressOf(path = ""): string {
  return `http://${OPEN}:${portOf(hostile)}${path && `/${encodeURIComponent(path)}`}/v1`;
}
