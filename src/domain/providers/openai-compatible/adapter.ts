import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { ProviderAdapter } from "../provider-adapter";
import { chatCompletions } from "../wire/chat-completions";
import { withMiddleware } from "../wire/with-middleware";
import { acceptedConversation } from "./accepted-conversation";
import { classifyRefusal } from "./classify-refusal";
import { facts } from "./facts";
import { keyHeaderAt } from "./key-header";
import { listModels } from "./list-models";
import { testKey } from "./test-key";

/** A custom endpoint with OpenAI's Chat Completions API: Ollama, vLLM, LM Studio, a gateway. */
export const openaiCompatible: ProviderAdapter = {
  facts,
  knownModels: [],
  priceProviderId: null,
  keyHeader: { name: "authorization", prefix: "Bearer " },
  keyHeaderAt,
  defaultOrigin: null,
  buildModel: (modelId, { baseUrl, fetch }) => {
    const client = createOpenAICompatible({
      // Without a key, this client sets no header for one; keyed-fetch sets it, and which one depends on the
      // address.
      name: "openai-compatible",
      baseURL: baseUrl,
      fetch,
      // Without it, servers report no usage in a stream:
      // https://platform.openai.com/docs/api-reference/chat/create#stream_options
      includeUsage: true,
    });
    return withMiddleware(client.chatModel(modelId), acceptedConversation);
  },
  takesThinkingBack: true,
  testKey,
  listModels,
  classifyRefusal,
  newReader: chatCompletions("as text"),
};
