import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProviderAdapter, ProviderConnection } from "@/domain/providers/provider-adapter";
import { createKeyedFetch } from "@/domain/providers/transport/keyed-fetch";
import { Secret } from "@/lib/secret";
import { bodyOf, type Fixture } from "./fixtures";

export const KEY = "sk-fixture-0123456789abcdef";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface ReplayServer {
  /** Connection to this server for an adapter, with the product's own keyed fetch. */
  connect(adapter: ProviderAdapter): ProviderConnection;
  /** The answer: one for all requests, or by method and path ("GET /v1/models"). */
  answer(answers: Answer | Record<string, Answer>): void;
  /** "GET /v1/models" of each request since the last `answer`, and the header that carried the key. */
  readonly arrived: {
    readonly request: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[];
  close(): void;
}

/** A provider on a free local port that sends the configured answer. */
export async function startReplayServer(): Promise<ReplayServer> {
  const arrived: ReplayServer["arrived"] = [];
  let answers: Answer | Record<string, Answer> = replay(404, "");
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const name = `${request.method} ${request.url}`;
      arrived.push({ request: name, headers: request.headers, body: Buffer.concat(pieces).toString() });
      const answer = typeof answers === "function" ? answers : answers[name];
      (answer ?? replay(404, "{}"))(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    connect: (adapter) => ({
      baseUrl,
      fetch: createKeyedFetch({
        baseUrl,
        keyHeader: adapter.keyHeader,
        classifyRefusal: adapter.classifyRefusal,
        openKey: () => Promise.resolve(new Secret(KEY)),
        timeoutMs: 10_000,
      }),
    }),
    answer(next) {
      answers = next;
      arrived.length = 0;
    },
    arrived,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function replayFixture(fixture: Fixture): Answer {
  return replay(fixture.status, bodyOf(fixture), fixture.headers);
}

/** @param body JSON unless the headers say otherwise */
export function replay(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const bytes = typeof body === "string" ? body : JSON.stringify(body);
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(bytes);
  };
}
