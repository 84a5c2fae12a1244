import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { answerControlRequest, CONTROL_PATH } from "./control-endpoints";
import { readConversation } from "./conversation";
import { demoKeys } from "./demo-keys";
import { forwardToModel } from "./forward-to-model";
import { interruptStream } from "./interrupt-stream";
import { isInterruption, type KeyBehaviour, type Refusal, refusalOf } from "./key-behaviours";
import { readMessagesRequest } from "./messages-request";
import { isKnownModel, modelListing } from "./models";
import { type JournalEntry, RequestJournal } from "./request-journal";
import { type Pace, type ScriptedModel, startScriptedModel, tokensIn } from "./scripted-model";

export interface ProviderStandInOptions {
  /** Port on 127.0.0.1; 0, the default, takes any free one. */
  port?: number;
  /** Default "instant". */
  pace?: Pace;
  /** Keys that work beside the demo keys. */
  acceptedKeys?: readonly string[] | ((key: string) => boolean);
  /** Most journal entries kept; default 5000. */
  journalLimit?: number;
  /** Whether journal entries carry the request's body; default true. Turn off for long measurements. */
  keepBodies?: boolean;
  /** Whether `/__stand-in/` answers, for tests in another process; default true. */
  control?: boolean;
}

export interface ProviderStandIn {
  /** Without `/v1`, as in ANTHROPIC_BASE_URL. */
  url: string;
  port: number;
  /** Gives a key a behaviour, from now on; "answers" when none is named. It wins over demo and accepted keys. */
  setKey(key: string, behaviour?: KeyBehaviour): void;
  journal(): JournalEntry[];
  clearJournal(): void;
  /** Requests not yet ended. */
  openRequests(): number;
  /** Resolves with the first journal entry that matches, now or later. */
  waitFor(matches: (entry: JournalEntry) => boolean): Promise<JournalEntry>;
  /** Resolves once no request is open. */
  whenIdle(): Promise<void>;
  /** Breaks open connections and stops. May be called again. */
  close(): Promise<void>;
}

const LARGEST_BODY = 32 * 1024 * 1024;
const CONTEXT_WINDOW_TOKENS = 200_000;

/**
 * Starts a local server that speaks the Anthropic Messages API: the provider of the demo, the tests and the bench.
 *
 * Our layer checks the key, keeps the journal and injects failures. Everything that succeeds is answered by aimock.
 *
 * @throws the listen error (`code: "EADDRINUSE"` when the port is taken).
 */
export async function startProviderStandIn(options: ProviderStandInOptions = {}): Promise<ProviderStandIn> {
  const model = await startScriptedModel(options.pace ?? "instant");
  const journal = new RequestJournal(options.journalLimit ?? 5000);
  const keys = new Map<string, KeyBehaviour>(demoKeys.map((demo) => [demo.key, demo.behaviour]));
  const setKey = (key: string, behaviour: KeyBehaviour = "answers") => void keys.set(key, behaviour);
  const isAccepted = acceptance(options.acceptedKeys);
  const service: Service = {
    journal,
    model,
    agent: new http.Agent({ keepAlive: true, scheduling: "lifo" }),
    keepBodies: options.keepBodies ?? true,
    behaviourOf: (key) => keys.get(key) ?? (isAccepted(key) ? "answers" : "invalid"),
  };
  const server = http.createServer((request, response) => {
    if (request.url?.startsWith(CONTROL_PATH) && options.control !== false) {
      void answerControlRequest(request, response, { journal, setKey });
    } else {
      void answer(service, request, response);
    }
  });
  // Node closes an idle connection after 5 s by default, and a client that reuses it in that moment gets ECONNRESET.
  server.keepAliveTimeout = 120_000;
  try {
    server.listen(options.port ?? 0, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    await model.close();
    throw error;
  }
  const port = portOf(server);
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    setKey,
    journal: () => journal.list(),
    clearJournal: () => journal.clear(),
    openRequests: () => journal.openRequests(),
    waitFor: (matches) => journal.waitFor(matches),
    whenIdle: () => journal.whenIdle(),
    async close() {
      closing ??= stop(server, service);
      await closing;
    },
  };
}

async function stop(server: http.Server, service: Service): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  service.agent.destroy();
  await Promise.all([closed, service.model.close()]);
}

function portOf(server: http.Server): number {
  const address = server.address();
  if (typeof address !== "object" || address === null)
    throw new Error("The stand-in listens on no TCP port.");
  return address.port;
}

interface Service {
  journal: RequestJournal;
  model: ScriptedModel;
  agent: http.Agent;
  keepBodies: boolean;
  behaviourOf: (key: string) => KeyBehaviour;
}

function acceptance(accepted: ProviderStandInOptions["acceptedKeys"]): (key: string) => boolean {
  if (typeof accepted === "function") return accepted;
  const known = new Set(accepted);
  return (key) => known.has(key);
}

async function answer(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = service.journal.begin({
    method: request.method ?? "",
    path: request.url ?? "",
    apiKey: headerOf(request, "x-api-key"),
    headers: flatHeaders(request),
  });
  const key = entry.apiKey ?? "";
  const path = entry.path.split("?", 1)[0] ?? "";
  const behaviour = service.behaviourOf(key);
  let hungUpOurselves = false;
  response.once("close", () => {
    service.journal.ended(entry, !response.writableFinished && !hungUpOurselves);
  });
  const body = await readBody(request);
  if (body === "aborted") return;
  const respond = (status: number, payload: unknown, headers: Record<string, string> = {}) => {
    service.journal.answered(entry, status);
    response.writeHead(status, {
      "content-type": "application/json",
      "request-id": entry.requestId,
      ...headers,
    });
    response.end(JSON.stringify(payload));
  };
  const refuse = ({ status, type, message, retryAfter }: Refusal) => {
    const headers: Record<string, string> =
      retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
    respond(status, { type: "error", error: { type, message }, request_id: entry.requestId }, headers);
  };
  const badRequest = (message: string) => refuse({ status: 400, type: "invalid_request_error", message });

  if (body === "too large") {
    return refuse({ status: 413, type: "request_too_large", message: "Request exceeds the maximum size" });
  }
  const json = parsedJson(body);
  const read = readMessagesRequest(json);
  const conversation = readConversation(read.ok ? read.request : { messages: [] });
  service.journal.noted(entry, {
    ...summaryOf(json),
    lastUserText: conversation.userText || null,
    body: service.keepBodies ? (json ?? body.toString("utf8")) : null,
  });

  if (entry.apiKey === null) {
    return refuse({ status: 401, type: "authentication_error", message: "x-api-key header is required" });
  }
  const refusal = refusalOf(behaviour, key, path);
  if (refusal) return refuse(refusal);
  if (behaviour === "never-answers") return;
  if (behaviour === "garbage") {
    service.journal.answered(entry, 200);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end("<!doctype html><title>Sign in</title><h1>Sign in to the network to continue</h1>\n");
    return;
  }
  if (headerOf(request, "anthropic-version") === null)
    return badRequest("anthropic-version: header is required");
  if (request.method === "GET" && path === "/v1/models") return respond(200, modelListing());
  if (request.method !== "POST" || path !== "/v1/messages") {
    return refuse({ status: 404, type: "not_found_error", message: "Not found" });
  }

  if (json === undefined) return badRequest("The request body is not valid JSON.");
  if (!read.ok) return badRequest(read.reason);
  const inputTokens = tokensIn(body.length);
  if (inputTokens > CONTEXT_WINDOW_TOKENS) {
    return badRequest(`prompt is too long: ${inputTokens} tokens > ${CONTEXT_WINDOW_TOKENS} maximum`);
  }
  if (!isKnownModel(read.request.model)) {
    return refuse({ status: 404, type: "not_found_error", message: `model: ${read.request.model}` });
  }
  service.model.prepare(entry.requestId, conversation, { inputTokens, maxTokens: read.request.max_tokens });
  response.once("close", () => service.model.forget(entry.requestId));
  forwardToModel(response, {
    model: service.model.url,
    agent: service.agent,
    ticket: entry.requestId,
    body,
    onAnswer(incoming) {
      const status = incoming.statusCode ?? 502;
      if (behaviour === "mid-stream-error" && !read.request.stream) {
        incoming.resume();
        return refuse({ status: 529, type: "overloaded_error", message: "Overloaded" });
      }
      service.journal.answered(entry, status);
      response.writeHead(status, {
        "content-type": incoming.headers["content-type"] ?? "application/json",
        "cache-control": "no-cache",
        "request-id": entry.requestId,
      });
      if (isInterruption(behaviour)) {
        hungUpOurselves = behaviour === "hangs-up";
        interruptStream(incoming, response, behaviour);
      } else {
        incoming.pipe(response);
      }
    },
    onFailure: (error) => refuse({ status: 500, type: "api_error", message: `Stand-in: ${error.message}` }),
  });
}

/** Read leniently, so that the journal also tells of requests that are refused for their form. */
function summaryOf(json: unknown): Pick<JournalEntry, "model" | "streaming" | "messageCount"> {
  const body: Record<string, unknown> = typeof json === "object" && json !== null ? { ...json } : {};
  return {
    model: typeof body.model === "string" ? body.model : null,
    streaming: body.stream === true,
    messageCount: Array.isArray(body.messages) ? body.messages.length : 0,
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | "aborted" | "too large"> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= LARGEST_BODY) chunks.push(chunk);
    }
  } catch {
    return "aborted";
  }
  return length > LARGEST_BODY ? "too large" : Buffer.concat(chunks);
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : null;
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}
