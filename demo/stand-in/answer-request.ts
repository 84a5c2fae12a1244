import type { IncomingMessage, ServerResponse } from "node:http";
import { answerChat, type ChatService } from "./answer-chat";
import { isAdminKey } from "./dialects/admin-keys";
import type { Dialect, Endpoint, ProviderId } from "./dialects/dialect";
import { dialectOf } from "./dialects/dialect-of-request";
import { answerAuthorization, isAuthorizationPath } from "./dialects/openrouter/answer-authorization";
import type { Authorizations } from "./dialects/openrouter/authorizations";
import type { Failure, Refusal } from "./failure";
import { asRecord, parsedJson } from "./json";
import { failureOf, type KeyBehaviour } from "./key-behaviours";
import { flatHeaders, readBody } from "./read-request";
import type { JournalEntry } from "./request-journal";
import { tokensIn } from "./usage";

export interface Service extends ChatService {
  authorizations: Authorizations;
  keepBodies: boolean;
  behaviourOf: (provider: ProviderId, key: string) => KeyBehaviour;
}

/** Records a request in the journal and answers it as its provider would. */
export async function answerRequest(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const dialect = dialectOf(request);
  const entry = service.journal.begin({
    provider: dialect.provider,
    method: request.method ?? "",
    path: request.url ?? "",
    apiKey: dialect.keyOf(request.headers),
    headers: flatHeaders(request),
  });
  const path = entry.path.split("?", 1)[0] ?? "";
  const endpoint = dialect.endpoint(entry.method, path);
  const behaviour = effectiveBehaviour(service, dialect, endpoint, entry.apiKey);
  response.once("close", () => {
    const closedByStandIn = behaviour === "hangs-up" && entry.status !== null;
    service.journal.ended(entry, !response.writableFinished && !closedByStandIn);
  });
  const body = await readBody(request);
  if (body === "aborted") return;
  const respond = (status: number, payload: unknown, headers: Record<string, string> = {}) => {
    service.journal.answered(entry, status);
    response.writeHead(status, {
      "content-type": "application/json",
      ...dialect.headers(entry.requestId),
      ...headers,
    });
    response.end(JSON.stringify(payload));
  };
  const send = ({ status, body: payload, headers }: Refusal) => respond(status, payload, headers);
  const refuse = (failure: Failure) => send(dialect.refusal(failure, entry.requestId));

  if (body === "too large") return refuse({ kind: "too-large" });
  const json = parsedJson(body.toString("utf8"));
  const reading = dialect.readChat(json, entry.apiKey ?? "", path);
  const lastUserText = reading.ok ? reading.chat.conversation.userText : "";
  service.journal.noted(entry, {
    ...summaryOf(json),
    ...(reading.ok ? { model: reading.chat.model, streaming: reading.chat.stream } : {}),
    lastUserText: lastUserText || null,
    body: service.keepBodies ? (json ?? body.toString("utf8")) : null,
  });
  if (dialect.provider === "openrouter" && isAuthorizationPath(path)) {
    service.journal.answered(entry, answerAuthorization(service.authorizations, entry, body, response));
    return;
  }

  const inputTokens = tokensIn(body.length);
  if (behaviour === undefined) return refuse({ kind: "no-key" });
  const failure = failureOf(behaviour, {
    key: entry.apiKey ?? "",
    endpoint: endpoint === undefined || endpoint.kind === "admin" ? "other" : endpoint.kind,
    model: entry.model ?? "",
    inputTokens,
    contextWindow: dialect.contextWindow,
    lastUserText,
  });
  // Some providers apply a content policy by cutting the answer short instead of refusing the request.
  if (failure && !(failure.kind === "content-refused" && dialect.refusedFinishReason !== null)) {
    return refuse(failure);
  }
  if (behaviour === "never-answers") return;
  if (behaviour === "garbage") {
    service.journal.answered(entry, 200);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end("<!doctype html><title>Sign in</title><h1>Sign in to the network to continue</h1>\n");
    return;
  }
  const headerFailure = dialect.headerFailure(request.headers);
  if (headerFailure) return refuse(headerFailure);
  if (endpoint === undefined) return refuse({ kind: "not-found", method: entry.method, path });
  const key = entry.apiKey ?? "";
  if (isAdminKey(key) !== (endpoint.kind === "admin")) return refuse({ kind: "forbidden" });
  if (endpoint.kind !== "chat") {
    const { searchParams: search } = new URL(entry.path, "http://stand-in.invalid");
    return respond(200, endpoint.answer({ key, behaviour, search }));
  }

  if (json === undefined)
    return refuse({ kind: "malformed", message: "The request body is not valid JSON." });
  if (!reading.ok) return refuse(reading.failure);
  const { chat } = reading;
  if (inputTokens > dialect.contextWindow) {
    return refuse({ kind: "context-too-long", tokens: inputTokens, maximum: dialect.contextWindow });
  }
  if (!dialect.isKnownModel(chat.model)) return refuse({ kind: "unknown-model", model: chat.model });
  answerChat(service, chat, { dialect, entry, behaviour, inputTokens, response, refuse, send });
}

/** The behaviour of the request's key; undefined if a required key is missing. */
function effectiveBehaviour(
  service: Service,
  dialect: Dialect,
  endpoint: Endpoint | undefined,
  key: string | null,
): KeyBehaviour | undefined {
  const isOpen = dialect.keyless || endpoint?.isPublic === true;
  if (key === null) return isOpen ? "answers" : undefined;
  const behaviour = service.behaviourOf(dialect.provider, key);
  return isOpen && aboutTheKey.has(behaviour) ? "answers" : behaviour;
}

/** Behaviours that cannot occur at a service that ignores keys. */
const aboutTheKey: ReadonlySet<KeyBehaviour> = new Set([
  "invalid",
  "invalid-echoing-key",
  "forbidden",
  "may-not-list",
]);

/** Read leniently, so that the journal also covers malformed requests. */
function summaryOf(json: unknown): Pick<JournalEntry, "model" | "streaming" | "messageCount"> {
  const { model, stream, messages, contents } = asRecord(json);
  return {
    model: typeof model === "string" ? model : null,
    streaming: stream === true,
    messageCount: [messages, contents].find(Array.isArray)?.length ?? 0,
  };
}
