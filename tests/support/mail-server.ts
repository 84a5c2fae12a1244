import type { Readable } from "node:stream";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  /** Whom the envelope names. */
  recipients: string[];
  mail: ParsedMail;
}

/** A mail server that takes mail for everybody and keeps it. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  /** Status codes with which the next recipients are refused, in this order. */
  readonly refusals: number[] = [];
  readonly #server: SMTPServer;
  url = "";

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      // Its certificate is its own: nobody could verify it.
      hideSTARTTLS: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      onRcptTo: (_address, _session, done) => {
        const code = this.refusals.shift();
        done(code === undefined ? null : Object.assign(new Error("not now"), { responseCode: code }));
      },
      onData: (stream, { envelope }, done) =>
        void this.#keep(
          stream,
          envelope.rcptTo.map(({ address }) => address),
          done,
        ),
    });
  }

  async #keep(stream: Readable, recipients: string[], done: (error?: Error) => void): Promise<void> {
    try {
      this.received.push({ recipients, mail: await simpleParser(stream) });
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.url = `smtp://127.0.0.1:${address.port}`;
    return this;
  }

  /** Mail whose envelope names this address. */
  to(address: string): ReceivedMail[] {
    return this.received.filter(({ recipients }) => recipients.includes(address));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The addresses of a header. */
export function addressesOf(header: AddressObject | AddressObject[] | undefined): string[] {
  return [header ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ""));
}
