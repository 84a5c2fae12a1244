import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

/** Open to the product by ALLOWED_PRIVATE_ENDPOINTS, as an operator's own model server would be. */
export const SCRIPTED_HOST = "127.0.0.3";

/** One answer of a model server: the events of its stream, or a status to refuse with. */
export type ScriptedAnswer = { events: readonly string[]; stalls?: boolean } | { status: number };

/** A conversation as the Chat Completions API is asked to continue it. */
export interface SentConversation {
  model: string;
  messages: SentMessage[];
  [field: string]: unknown;
}

export interface SentMessage {
  role: string;
  content: unknown;
  reasoning_content?: string;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

/**
 * A model server with the Chat Completions API that gives prepared answers, one after another, to requests
 * below its own path; the last one is given again to all further requests.
 */
export class ScriptedEndpoint {
  #server: Server | null = null;
  #port = 0;
  readonly #scripts = new Map<
    string,
    { answers: ScriptedAnswer[]; received: SentConversation[]; models: object[] }
  >();

  /** Serves for the test file that calls it. */
  use(): this {
    beforeAll(async () => {
      const server = http.createServer((request, response) => void this.#answer(request, response));
      await new Promise<void>((resolve) => server.listen(0, SCRIPTED_HOST, resolve));
      this.#server = server;
      this.#port = (server.address() as AddressInfo).port;
    });
    afterAll(() => {
      this.#server?.closeAllConnections();
      this.#server?.close();
    });
    return this;
  }

  /**
   * @param models as the server lists them; without any it has no list
   * @returns the address of a server that answers like this, and what it has been asked
   */
  playing(
    name: string,
    answers: ScriptedAnswer[],
    models: object[] = [],
  ): { baseUrl: string; received: SentConversation[] } {
    const received: SentConversation[] = [];
    this.#scripts.set(name, { answers, received, models });
    return { baseUrl: `http://${SCRIPTED_HOST}:${this.#port}/${name}/v1`, received };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = "", , what] = (request.url ?? "").split("/");
    const script = this.#scripts.get(name);
    if (script && script.models.length > 0 && what === "models") {
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ data: script.models }));
      return;
    }
    if (!script || what !== "chat") {
      response.writeHead(404, { "content-type": "application/json" }).end('{"detail":"Not Found"}');
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    script.received.push(JSON.parse(Buffer.concat(pieces).toString("utf8")) as SentConversation);
    const answer = script.answers[Math.min(script.received.length, script.answers.length) - 1];
    if (!answer || "status" in answer) {
      response.writeHead(answer?.status ?? 500, { "content-type": "application/json" }).end("{}");
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(answer.events.map((event) => `data: ${event}\n\n`).join(""));
    if (!answer.stalls) response.end();
  }
}

function chunkOf(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: "m", choices });
}

function usageOf(inputTokens: number): string {
  return JSON.stringify({
    id: "c1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [],
    usage: { prompt_tokens: inputTokens, completion_tokens: 13, total_tokens: inputTokens + 13 },
  });
}

/** An answer of these deltas. */
export function deltas(all: readonly object[], finishReason = "stop", inputTokens = 21): ScriptedAnswer {
  const events = all.map((delta) => chunkOf(delta));
  return { events: [...events, chunkOf({}, finishReason), usageOf(inputTokens), "[DONE]"] };
}

export function says(content: string, finishReason = "stop", inputTokens = 21): ScriptedAnswer {
  return deltas([{ content }], finishReason, inputTokens);
}

/** The beginning of an answer, and nothing more. */
export function stalls(content: string): ScriptedAnswer {
  return { events: [chunkOf({ content })], stalls: true };
}

/** @param args as the server writes them: a text, which should be JSON */
export function callsTool(
  name: string,
  args: string,
  { id = "call_1", finishReason = "tool_calls", thinking = "", inputTokens = 21 } = {},
): ScriptedAnswer {
  const call = { index: 0, id, type: "function", function: { name, arguments: args } };
  return deltas(
    [...(thinking ? [{ reasoning_content: thinking }] : []), { tool_calls: [call] }],
    finishReason,
    inputTokens,
  );
}
