import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** What a server does with a connection once the head of a request has arrived. */
export type Answer = (socket: Socket) => void;

/** A server that writes the bytes a test specifies, even ones no library would write. */
export interface RawServer {
  readonly address: string;
  readonly port: number;
  /** All that arrived, a text for each connection. */
  readonly received: string[];
  /** Resolves when every connection that was ever made has been closed. */
  allClosed(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRawServer(address: string, answer: Answer, port = 0): Promise<RawServer> {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const closings: Promise<void>[] = [];
  const server = createServer((socket) => {
    const connection = received.push("") - 1;
    sockets.push(socket);
    closings.push(new Promise((resolve) => socket.once("close", () => resolve())));
    // A client that goes away in the middle is what many of these tests are about.
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const before = received[connection] ?? "";
      received[connection] = `${before}${bytes.toString("latin1")}`;
      if (!before.includes("\r\n\r\n") && received[connection].includes("\r\n\r\n")) answer(socket);
    });
  });
  server.listen(port, address);
  await once(server, "listening");
  return {
    address,
    port: (server.address() as AddressInfo).port,
    received,
    async allClosed() {
      await Promise.all(closings);
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Two servers on one port of different addresses, distinguished only by address. */
export async function startTwins(
  first: { address: string; answer: Answer },
  second: { address: string; answer: Answer },
): Promise<[RawServer, RawServer]> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const one = await startRawServer(first.address, first.answer);
    try {
      return [one, await startRawServer(second.address, second.answer, one.port)];
    } catch {
      // The port is in use there.
      await one.stop();
    }
  }
  throw new Error("no port is free on both addresses");
}

export function ok(body: string, headers = ""): Answer {
  const length = Buffer.byteLength(body);
  return (socket) => {
    socket.end(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${headers}\r\n${body}`,
    );
  };
}

/** Writes the same piece for as long as the other side takes it. */
export function writeForEver(socket: Socket, piece: Buffer | string): void {
  const writeOn = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", writeOn);
  writeOn();
}
