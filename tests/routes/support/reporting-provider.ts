import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

/** What a report is answered with; a text is sent as it is. */
export interface ReportAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface ReportRequest {
  path: string;
  search: URLSearchParams;
  key: string;
  headers: IncomingMessage["headers"];
}

type Answer = (request: ReportRequest) => ReportAnswer | Promise<ReportAnswer>;

/**
 * A provider's server, as far as reports of what was charged go. What it answers depends on the key, so that
 * each test has its own.
 */
export class ReportingProvider {
  readonly #answers = new Map<string, Answer>();
  readonly #received: ReportRequest[] = [];

  /** Serves for the test file that calls it, as all providers that have reports. */
  use(): this {
    const server = http.createServer((request, response) => void this.#answer(request, response));
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      for (const provider of ["ANTHROPIC", "OPENAI", "OPENROUTER"]) process.env[`${provider}_BASE_URL`] = url;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    return this;
  }

  /** @param answer to all requests with this key from now on */
  answering(key: string, answer: Answer): void {
    this.#answers.set(key, answer);
  }

  /** Requests with this key, as "path?search". */
  received(key: string): ReportRequest[] {
    return this.#received.filter((request) => request.key === key);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: search } = new URL(request.url ?? "/", "http://provider.invalid");
    const { headers } = request;
    const key = String(headers["x-api-key"] ?? headers.authorization?.replace(/^Bearer /, "") ?? "");
    const received = { path, search, key, headers };
    this.#received.push(received);
    const {
      status = 200,
      headers: more = {},
      body,
    } = (await this.#answers.get(key)?.(received)) ?? {
      status: 401,
      body: { error: { type: "authentication_error", message: `invalid key ${key}` } },
    };
    response.writeHead(status, { "content-type": "application/json", ...more });
    response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
  }
}
