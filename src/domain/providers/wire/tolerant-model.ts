import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ProviderAdapter, ProviderConnection } from "../provider-adapter";
import { withStep } from "./part-step";
import { readAnswer } from "./read-answer";
import { settleEnd } from "./settle-end";
import { newWireRequest, onTheWire, requestIdIn, requestOnTheWire } from "./wire-request";
import { withMiddleware } from "./with-middleware";
import { withoutRefusedOptions } from "./without-refused-options";

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
    const request = requestOnTheWire();
    if (request && typeof init?.body === "string") request.sentBytes = Buffer.byteLength(init.body);
    const response = await send(input, init);
    if (!request || !response.body) return response;
    const { classifyRefusal } = adapter;
    const reader = adapter.newReader({ classifyRefusal, headers: response.headers });
    request.state = reader.state;
    request.requestId = requestIdIn(response.headers);
    const body = readAnswer(response.body, reader, () => init?.signal?.aborted === true);
    return new Response(body, { status: response.status, headers: EVENT_STREAM });
  };
  return withMiddleware(adapter.buildModel(modelId, { ...connection, fetch: tolerant }), {
    wrapStream: async ({ doStream }) => {
      const request = requestOnTheWire() ?? newWireRequest();
      const result = await onTheWire(request, doStream);
      return withStep(
        result,
        settleEnd(() => request.state),
      );
    },
  });
}

/** Of the provider's own headers, nothing is read after this. */
const EVENT_STREAM = { "content-type": "text/event-stream" };
