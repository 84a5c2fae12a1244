import { AsyncLocalStorage } from "node:async_hooks";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ProviderAdapter, ProviderConnection } from "../provider-adapter";
import type { AnswerState } from "./answer-state";
import { withStep } from "./part-step";
import { readAnswer } from "./read-answer";
import { settleEnd } from "./settle-end";
import { withMiddleware } from "./with-middleware";
import { withoutRefusedOptions } from "./without-refused-options";

/** Links the answer that a client is asked for with the request it sends for it. */
const asked = new AsyncLocalStorage<{ state: AnswerState | null }>();

/**
 * A provider's model that reads what servers really send: between the connection and the provider's client
 * stands the adapter's reader of the wire format, and after the client the end of the answer is settled.
 */
export function tolerantModel(
  adapter: Pick<ProviderAdapter, "buildModel" | "newReader" | "classifyRefusal">,
  modelId: string,
  connection: ProviderConnection,
): LanguageModelV4 {
  const send = withoutRefusedOptions(connection.fetch);
  const tolerant: typeof fetch = async (input, init) => {
    const answer = asked.getStore();
    const response = await send(input, init);
    if (!answer || !response.body) return response;
    const { classifyRefusal } = adapter;
    const reader = adapter.newReader({ classifyRefusal, headers: response.headers });
    answer.state = reader.state;
    const body = readAnswer(response.body, reader, () => init?.signal?.aborted === true);
    return new Response(body, { status: response.status, headers: EVENT_STREAM });
  };
  return withMiddleware(adapter.buildModel(modelId, { ...connection, fetch: tolerant }), {
    wrapStream: async ({ doStream }) => {
      const answer: { state: AnswerState | null } = { state: null };
      const result = await asked.run(answer, doStream);
      return withStep(
        result,
        settleEnd(() => answer.state),
      );
    },
  });
}

/** Of the provider's own headers, nothing is read after this. */
const EVENT_STREAM = { "content-type": "text/event-stream" };
