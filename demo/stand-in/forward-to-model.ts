import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { ChatRequest } from "./dialects/dialect";

export interface Forwarding {
  /** Base URL of aimock. */
  model: URL;
  path: string;
  /** False for a connection of its own. */
  agent: http.Agent | false;
  ticket: string;
  chat: Pick<ChatRequest, "model" | "stream" | "wantsUsage">;
  /** Called with aimock's answer; has to send it on. */
  onAnswer: (answer: IncomingMessage) => void;
  onFailure: (error: Error) => void;
}

/**
 * Sends a chat request to aimock and hands over its response as a stream. When the client disconnects, the
 * request to aimock is destroyed.
 *
 * Sends neither the key nor the messages: the answer is already decided, and aimock has its own journal on
 * its own port.
 */
export function forwardToModel(response: ServerResponse, to: Forwarding): void {
  const body = Buffer.from(JSON.stringify(aimockRequest(to.chat)));
  const request = http.request(
    {
      host: to.model.hostname,
      port: to.model.port,
      path: to.path,
      method: "POST",
      agent: to.agent,
      headers: {
        "content-type": "application/json",
        "content-length": body.length,
        "x-aimock-context": to.ticket,
      },
    },
    to.onAnswer,
  );
  request.on("error", (error: NodeJS.ErrnoException) => {
    // aimock closed the idle connection in this moment, and has not read the request.
    const isStale = request.reusedSocket && error.code === "ECONNRESET" && !response.destroyed;
    if (isStale && !response.headersSent) forwardToModel(response, { ...to, agent: false });
    else if (response.headersSent) response.destroy();
    else if (!response.destroyed) to.onFailure(error);
  });
  response.once("close", () => {
    if (!response.writableFinished) request.destroy();
  });
  request.end(body);
}

/** A request in the form of all dialects at once. */
function aimockRequest({ model, stream, wantsUsage }: Forwarding["chat"]) {
  return {
    model,
    stream,
    ...(stream ? { stream_options: { include_usage: wantsUsage } } : {}),
    max_tokens: 1,
    messages: [{ role: "user", content: "Whatever the ticket stands for." }],
  };
}
