import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";

/** Ways to echo a key to its sender. Real providers and the proxies in front of them do several of these. */
export const waysToEcho = [
  "401 with the key in its message",
  "400 with the key in its message and in every header",
  "403 with the key as the error's type",
  "429 with the key as the time to wait",
  "500 with a web page that shows the request",
  "502 with a body that never was JSON",
  "200 with a web page that shows the request",
  "200 with JSON instead of a stream",
  "an error inside the stream",
  "an error inside the stream, of no known type",
  "a broken event inside the stream",
  "an event of no known kind",
  "a redirect to another host",
  "a connection cut in the middle of the key",
] as const;

export type WayToEcho = (typeof waysToEcho)[number];

export interface HostileProvider {
  url: string;
  /** From now on this key is echoed in the given way; other keys are answered properly. */
  echo(key: string, way: WayToEcho): void;
  /** What arrived, without the header a key belongs in. */
  requests(): { withoutKey: string; key: string }[];
  /** Requests at the other host, to which nothing may ever go. */
  strayRequests(): number;
  close(): Promise<void>;
}

/** A provider that answers every key, and echoes the configured ones. */
export async function startHostileProvider(): Promise<HostileProvider> {
  const ways = new Map<string, WayToEcho>();
  const requests: { withoutKey: string; key: string }[] = [];
  let stray = 0;
  const otherHost = await listening(
    createServer((_request, response) => {
      stray++;
      response.end();
    }),
  );
  const provider = await listening(
    createServer((request, response) => {
      void record(request).then((key) => answer(response, key, ways.get(key), otherHost.url));
    }),
  );

  async function record(request: IncomingMessage): Promise<string> {
    const { "x-api-key": key, ...headers } = request.headers;
    const withoutKey = JSON.stringify([request.url, headers, await textOf(request)]);
    requests.push({ withoutKey, key: String(key) });
    return String(key);
  }

  return {
    url: provider.url,
    echo: (key, way) => void ways.set(key, way),
    requests: () => requests,
    strayRequests: () => stray,
    close: async () => {
      await Promise.all([provider.close(), otherHost.close()]);
    },
  };
}

async function listening(server: ReturnType<typeof createServer>) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, key: string, way: WayToEcho | undefined, otherHost: string): void {
  const json = (status: number, type: string, message: string, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ type: "error", error: { type, message }, request_id: key }));
  };
  const page = (status: number, type = "text/html") => {
    response.writeHead(status, { "content-type": type });
    response.end(`<h1>Your request</h1><pre>x-api-key: ${key}</pre>`);
  };
  const inTheStream = (...events: string[]) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end([...beginning, ...events].join(""));
  };
  switch (way) {
    case undefined:
      return inTheStream(...ending);
    case "401 with the key in its message":
      return json(401, "authentication_error", `Incorrect API key provided: ${key}`);
    case "400 with the key in its message and in every header":
      return json(400, "invalid_request_error", key, {
        "request-id": key,
        "x-request-id": key,
        server: key,
        warning: key,
      });
    case "403 with the key as the error's type":
      return json(403, key, key);
    case "429 with the key as the time to wait":
      return json(429, "rate_limit_error", key, {
        "retry-after": key,
        "anthropic-ratelimit-tokens-reset": key,
      });
    case "500 with a web page that shows the request":
      return page(500);
    case "502 with a body that never was JSON":
      return page(502, "application/json");
    case "200 with a web page that shows the request":
      return page(200);
    case "200 with JSON instead of a stream":
      return json(200, "api_error", key);
    case "an error inside the stream":
      return inTheStream(
        event("error", { type: "error", error: { type: "authentication_error", message: `bad ${key}` } }),
      );
    case "an error inside the stream, of no known type":
      return inTheStream(
        event("error", { type: "error", error: { type: key, message: key, details: { key } } }),
      );
    case "a broken event inside the stream":
      return inTheStream(
        `event: content_block_delta\ndata: {"type":"content_block_delta","echo":"${key}\n\n`,
      );
    case "an event of no known kind":
      return inTheStream(event("debug", { type: "debug", request: { headers: { "x-api-key": key } } }));
    case "a redirect to another host":
      response.writeHead(307, { location: `${otherHost}/v1/messages?key=${encodeURIComponent(key)}` });
      response.end();
      return;
    case "a connection cut in the middle of the key":
      response.writeHead(401, { "content-type": "application/json", "content-length": "4096" });
      response.write(`{"error":{"message":"${key.slice(0, 40)}`, () => response.socket?.destroy());
      return;
  }
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

const beginning = [
  event("message_start", {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-haiku-4-5",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  }),
  event("content_block_start", {
    type: "content_block_start",
    index: 0,
    content_block: { type: "text", text: "" },
  }),
  event("content_block_delta", {
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text: "fine" },
  }),
];

const ending = [
  event("content_block_stop", { type: "content_block_stop", index: 0 }),
  event("message_delta", {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 1 },
  }),
  event("message_stop", { type: "message_stop" }),
];
