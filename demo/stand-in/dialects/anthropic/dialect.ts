import type { IncomingHttpHeaders } from "node:http";
import { bearerOf } from "../../read-request";
import type { ChatReading, Dialect, Endpoint } from "../dialect";
import { demoKeys } from "./demo-keys";
import { readMessagesRequest } from "./messages-request";
import { isKnownModel, modelListing } from "./models";
import { apiKeys, costReport } from "./organization";
import { readConversation } from "./read-conversation";
import { anthropicRefusal } from "./refusals";
import { reshapeAnthropic } from "./reshape-answer";
import { missingThinking } from "./thinking-first";
import { invalidSignature, signatureOf } from "./thinking-signature";

const endpoints: Record<string, Endpoint> = {
  "POST /v1/messages": { kind: "chat", isPublic: false },
  "GET /v1/models": { kind: "models", isPublic: false, answer: modelListing },
  "GET /v1/organizations/api_keys": { kind: "admin", isPublic: false, answer: apiKeys },
  "GET /v1/organizations/analytics/cost": { kind: "admin", isPublic: false, answer: costReport },
};

/** The Messages API: https://docs.anthropic.com/en/api/messages */
export const anthropic: Dialect = {
  provider: "anthropic",
  contextWindow: 200_000,
  keyless: false,
  keyBeginnings: ["sk-ant-api03-", "sk-ant-"],
  demoKeys,
  modelPath: () => "/v1/messages",
  refusedFinishReason: "refusal",
  keyOf,
  headers: (requestId) => ({ "request-id": requestId }),
  endpoint: (method, path) => endpoints[`${method} ${path}`],
  headerFailure: (headers) =>
    headers["anthropic-version"] === undefined
      ? { kind: "malformed", message: "anthropic-version: header is required" }
      : undefined,
  readChat,
  isKnownModel,
  refusal: anthropicRefusal,
  thinkingSignature: signatureOf,
  reshape: reshapeAnthropic,
  stream: {
    stepOf(event) {
      if (event.startsWith("event: content_block_stop")) return "end";
      return event.startsWith("event: content_block_delta") ? "delta" : "other";
    },
    broken: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"ty',
    error: () => {
      const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
      return `event: error\ndata: ${JSON.stringify(error)}`;
    },
    wholeError: (requestId) => anthropicRefusal({ kind: "overloaded" }, requestId),
  },
};

/** The key from the documented header, or from the one the official client (@anthropic-ai/sdk 1.x) uses. */
function keyOf({ "x-api-key": key, authorization }: IncomingHttpHeaders): string | null {
  return typeof key === "string" && key !== "" ? key : bearerOf(authorization);
}

function readChat(body: unknown, account: string): ChatReading {
  const read = readMessagesRequest(body);
  if (!read.ok) return { ok: false, failure: { kind: "malformed", message: read.reason } };
  const { request } = read;
  const complaint = invalidSignature(request.messages, account) ?? missingThinking(request);
  if (complaint !== undefined) return { ok: false, failure: { kind: "malformed", message: complaint } };
  return {
    ok: true,
    chat: {
      model: request.model,
      stream: request.stream === true,
      maxTokens: request.max_tokens,
      wantsUsage: true,
      conversation: readConversation(request),
    },
  };
}
