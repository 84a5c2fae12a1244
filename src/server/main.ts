import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import next from "next";
// First of all: it notes that no request is being answered yet.
import "@/lib/once-per-process";
import { endInOrder } from "./end-in-order";
import { requestListener } from "./request-listener";

// The product's server on a build (`npm start`, the demo, the tests): one node:http server for pages and API,
// which Next answers, and for the agent's API, which does not pass Next. The development server is Next's
// own, so that changes are seen at once.
const { values } = parseArgs({
  options: {
    hostname: { type: "string" },
    port: { type: "string" },
    keepAliveTimeout: { type: "string" },
  },
});
const hostname = values.hostname ?? "127.0.0.1";
const port = Number(values.port ?? 3000);

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

process.title = "orchestral";
// Listens before anything is opened: a port that is taken is said at once, and requests wait.
const ready = Promise.withResolvers<Handle>();
const server = createServer(
  requestListener(async (incoming, outgoing) => (await ready.promise)(incoming, outgoing)),
);
if (values.keepAliveTimeout !== undefined) server.keepAliveTimeout = Number(values.keepAliveTimeout);
server.on("error", (error) => {
  process.stderr.write(`The server cannot listen on ${hostname}:${port}: ${error.message}\n`);
  process.exit(1);
});
server.listen(port, hostname, () => process.stdout.write(` ✓ Listening on http://${hostname}:${port}\n`));

const app = next({ dev: false, dir: path.resolve("."), hostname, port, httpServer: server, quiet: true });
endInOrder(server, () => app.close());
try {
  await app.prepare();
  ready.resolve(app.getRequestHandler());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
