import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { API_HEADERS, SECURITY_HEADERS } from "@/lib/http/security-headers";
import { agentHandler } from "./agent-handler";
import { answerOverHttp } from "./answer-over-http";

const AGENT_PATH = "/api/mastra/";
const AGENT_METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/**
 * Hands a request to who answers it: the agent's API to its handler, everything else to Next. A message
 * passes neither Next's router nor its adapters, which cost more than the rest of its way.
 *
 * @param next Next's own handler
 */
export function requestListener(
  next: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): RequestListener {
  return (incoming, outgoing) => {
    const handle = isForAgent(incoming) ? agentHandler() : undefined;
    const answered = handle ? answerAgentRequest(handle, incoming, outgoing) : next(incoming, outgoing);
    answered.catch((error: unknown) => {
      // Of an error only its kind: its text may quote what was sent.
      process.stderr.write(`A request failed: ${error instanceof Error ? error.name : typeof error}\n`);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500).end();
    });
  };
}

/**
 * Plain addresses only. What is written in another way (percent-encoded, with empty segments or a slash at
 * the end) and other methods are Next's to read; its route leads to the same handler.
 */
function isForAgent({ url = "", method = "" }: IncomingMessage): boolean {
  if (!url.startsWith(AGENT_PATH) || !AGENT_METHODS.has(method)) return false;
  const [path = ""] = url.split("?", 1);
  return /^(?:\/[\w-]+)+$/.test(path);
}

function answerAgentRequest(
  handle: NonNullable<ReturnType<typeof agentHandler>>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...API_HEADERS })) {
    outgoing.setHeader(name, value);
  }
  return answerOverHttp(handle, incoming, outgoing);
}
