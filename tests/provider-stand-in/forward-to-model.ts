import http, { type IncomingMessage, type ServerResponse } from "node:http";

export interface Forwarding {
  /** Base URL of aimock. */
  model: URL;
  path: string;
  agent: http.Agent;
  ticket: string;
  body: Buffer;
  /** Called with aimock's answer; has to send it on. */
  onAnswer: (answer: IncomingMessage) => void;
  onFailure: (error: Error) => void;
}

/**
 * Sends a chat request to aimock and hands its answer over unread, so that it streams. When the client hangs up, the
 * request to aimock is destroyed with it.
 *
 * Neither the key nor any other header goes along: aimock keeps a journal of its own, on a port of its own.
 */
export function forwardToModel(response: ServerResponse, to: Forwarding): void {
  const request = http.request(
    {
      host: to.model.hostname,
      port: to.model.port,
      path: to.path,
      method: "POST",
      agent: to.agent,
      headers: {
        "content-type": "application/json",
        "content-length": to.body.length,
        "x-aimock-context": to.ticket,
      },
    },
    to.onAnswer,
  );
  request.on("error", (error) => {
    if (response.headersSent) response.destroy();
    else if (!response.destroyed) to.onFailure(error);
  });
  response.once("close", () => {
    if (!response.writableFinished) request.destroy();
  });
  request.end(to.body);
}
