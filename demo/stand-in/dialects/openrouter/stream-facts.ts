import type { StreamFacts } from "../dialect";
import { stepOf } from "../openai/stream-facts";
import { dataEvent } from "../server-sent-event";
import { openRouterError } from "./refusals";

const error = openRouterError({ kind: "overloaded" });

/**
 * Errors after the model has started are sent with status 200:
 * https://openrouter.ai/docs/api-reference/errors
 */
export const openRouterStream: StreamFacts = {
  stepOf,
  broken: 'data: {"id":"gen-StandIn","provider":"Stand-in","object":"chat.completion.chunk","choices":[{"ind',
  error: (requestId) => {
    const choices = [
      { index: 0, delta: { content: "" }, finish_reason: "error", native_finish_reason: "error" },
    ];
    return dataEvent({ ...chunkOf(requestId), object: "chat.completion.chunk", error, choices });
  },
  wholeError: (requestId) => ({
    status: 200,
    body: { ...chunkOf(requestId), object: "chat.completion", error, choices: [] },
  }),
};

function chunkOf(requestId: string) {
  return {
    id: `gen-${requestId}`,
    provider: "Stand-in",
    model: "stand-in",
    created: Math.floor(Date.now() / 1000),
  };
}
