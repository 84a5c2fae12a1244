import { createServer, type RequestListener } from "node:http";

/** A server in place of OpenRouter with a broken code exchange. */
export interface HostileExchange {
  url: string;
  /** From now on codes are answered like this. */
  answerWith(listener: RequestListener): void;
  /** Requests at the address a redirect names, to which nothing may ever go. */
  strayRequests(): number;
  /** Target of the redirects. */
  otherUrl: string;
  close(): Promise<void>;
}

export async function startHostileExchange(): Promise<HostileExchange> {
  let listener = endAtOnce;
  let stray = 0;
  const [exchange, other] = await Promise.all([
    listening((request, response) => listener(request, response)),
    listening((_request, response) => {
      stray++;
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ key: "sk-or-v1-from-somewhere-else" }));
    }),
  ]);
  return {
    url: exchange.url,
    otherUrl: other.url,
    answerWith: (next) => void (listener = next),
    strayRequests: () => stray,
    close: async () => {
      await Promise.all([exchange.close(), other.close()]);
    },
  };
}

const endAtOnce: RequestListener = (_request, response) => void response.end();

async function listening(listener: RequestListener) {
  const server = createServer(listener);
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

/** A good or a bad answer with JSON. */
export function jsonAnswer(status: number, body: unknown): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}
