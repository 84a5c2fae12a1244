import http, { type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver of webhooks that takes everything, and answers as it is told. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Statuses of the next answers, in this order; then 204. */
  readonly statuses: number[] = [];
  /** Requests below this path are answered when it ends. */
  held: { path: string; until: Promise<void> } | null = null;
  readonly #host: string;
  readonly #server: Server;

  /** @param host an address of this machine that the product may reach */
  constructor(host: string) {
    this.#host = host;
    this.#server = http.createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const { url: path = "", headers } = request;
        this.received.push({ path, headers, body: Buffer.concat(pieces).toString("utf8") });
        const status = this.statuses.shift() ?? 204;
        const answer = () =>
          response.writeHead(status, status === 302 ? { location: `${this.address}/elsewhere` } : {}).end();
        if (this.held && path.startsWith(this.held.path)) void this.held.until.then(answer);
        else answer();
      });
    });
  }

  get address(): string {
    return `http://${this.#host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests below a path of this receiver. */
  at(path: string): ReceivedWebhook[] {
    return this.received.filter((each) => each.path.startsWith(path));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, this.#host, resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
