import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LocalRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface LocalAnswer {
  status: number;
  headers?: Record<string, string>;
  /** A string is sent unchanged, everything else as JSON. */
  body: unknown;
}

export interface LocalServer {
  /** http://127.0.0.1:<port> */
  origin: string;
  /** How many requests the client aborted before they were answered. */
  abandoned(): number;
  /** Closes open connections, including those never answered. */
  close(): Promise<void>;
}

/**
 * An HTTP server on a free port of this machine.
 *
 * @param answer null leaves the request without an answer until the server is closed
 */
export async function startLocalServer(
  answer: (request: LocalRequest) => LocalAnswer | null,
): Promise<LocalServer> {
  let abandoned = 0;
  const server = createServer((request, response) => {
    response.on("close", () => {
      if (!response.writableEnded) abandoned += 1;
    });
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const { method = "", url: path = "", headers } = request;
      send(response, answer({ method, path, headers, body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so it is no pipe's name
  return {
    origin: `http://127.0.0.1:${port}`,
    abandoned: () => abandoned,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: LocalAnswer | null): void {
  if (answer === null) return;
  const { status, headers = {}, body } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
