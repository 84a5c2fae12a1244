import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { freePort } from "../../support/real-postgres";

/** A gate in front of a local server: when shut, nothing listens on its port and open connections are cut. */
export interface TcpGate {
  port: number;
  open(): Promise<void>;
  shut(): Promise<void>;
}

/** A gate that is open, in front of `port`. */
export async function startTcpGate(port: number): Promise<TcpGate> {
  const ownPort = await freePort();
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect(port, "127.0.0.1");
    for (const [socket, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(socket);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      // The end of a connection shows in "close".
      socket.on("error", () => undefined);
      socket.pipe(other);
    }
  });
  async function open(): Promise<void> {
    server.listen(ownPort, "127.0.0.1");
    await once(server, "listening");
  }
  await open();
  return {
    port: ownPort,
    open,
    async shut() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
