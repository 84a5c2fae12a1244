import "server-only";
import { Agent, buildConnector, EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { oncePerProcess, outsideRequests } from "@/lib/once-per-process";

/**
 * How long a connection waits for its next request, unless its provider says how long it keeps it: most keep
 * it for minutes, and a new one costs a handshake before each first token.
 */
const IDLE_MS = 55_000;

/** Connections to the providers' own addresses, shared by all messages. A key is in a request only. */
const connections = oncePerProcess("providerConnections", () => {
  const connect = buildConnector({ keepAlive: true });
  const options = {
    keepAliveTimeout: IDLE_MS,
    // A connection is opened by the request that needs one more, and outlives it.
    connect: ((target, callback) => outsideRequests(() => connect(target, callback))) as typeof connect,
    // Whoever sends a request watches how long its answer takes.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  // What Node's own `fetch` does with a proxy that the environment names.
  return process.env["NODE_USE_ENV_PROXY"] === "1" ? new EnvHttpProxyAgent(options) : new Agent(options);
});

/** A `fetch` for the providers' own addresses, which keeps connections open from one request to the next. */
export const providerFetch: typeof fetch = async (input, init) => {
  const dispatcher = connections.get();
  // undici's types declare what Node's own do, under other names.
  return (await undiciFetch(input as URL, { ...(init as object), dispatcher })) as unknown as Response;
};
