interface Model {
  id: string;
  name: string;
  contextLength: number;
  /** US dollars per token, as strings, since floats would lose precision. */
  pricing: { prompt: string; completion: string; input_cache_read?: string; input_cache_write?: string };
  supportedParameters: readonly string[];
}

const withTools = ["max_tokens", "temperature", "tool_choice", "tools"];
const withReasoning = [...withTools, "include_reasoning", "reasoning"];

const models: readonly Model[] = [
  {
    id: "anthropic/claude-haiku-4.5",
    name: "Anthropic: Claude Haiku 4.5",
    contextLength: 200_000,
    pricing: {
      prompt: "0.000001",
      completion: "0.000005",
      input_cache_read: "0.0000001",
      input_cache_write: "0.00000125",
    },
    supportedParameters: withReasoning,
  },
  {
    id: "anthropic/claude-opus-4.5",
    name: "Anthropic: Claude Opus 4.5",
    contextLength: 200_000,
    pricing: {
      prompt: "0.000005",
      completion: "0.000025",
      input_cache_read: "0.0000005",
      input_cache_write: "0.00000625",
    },
    supportedParameters: withReasoning,
  },
  {
    id: "openai/gpt-5-mini",
    name: "OpenAI: GPT-5 Mini",
    contextLength: 400_000,
    pricing: { prompt: "0.00000025", completion: "0.000002", input_cache_read: "0.000000025" },
    supportedParameters: withReasoning,
  },
  {
    id: "google/gemini-2.5-flash",
    name: "Google: Gemini 2.5 Flash",
    contextLength: 1_048_576,
    pricing: { prompt: "0.0000003", completion: "0.0000025", input_cache_read: "0.00000003" },
    supportedParameters: withReasoning,
  },
  {
    id: "meta-llama/llama-3.3-70b-instruct:free",
    name: "Meta: Llama 3.3 70B Instruct (free)",
    contextLength: 131_072,
    pricing: { prompt: "0", completion: "0" },
    supportedParameters: withTools,
  },
  {
    id: "sao10k/l3.3-euryale-70b",
    name: "Sao10K: Llama 3.3 Euryale 70B",
    contextLength: 131_072,
    pricing: { prompt: "0.00000065", completion: "0.00000075" },
    supportedParameters: ["max_tokens", "temperature"],
  },
];

export function isKnownModel(id: string): boolean {
  return models.some((model) => model.id === id);
}

/** The price of a model; zero for an unknown one. */
export function pricingOf(id: string): Model["pricing"] {
  return models.find((model) => model.id === id)?.pricing ?? { prompt: "0", completion: "0" };
}

/** Body of `GET /api/v1/models`: https://openrouter.ai/docs/api-reference/list-available-models */
export function modelListing() {
  return {
    data: models.map(({ id, name, contextLength, pricing, supportedParameters }) => ({
      id,
      canonical_slug: id,
      name,
      created: 1_760_000_000,
      description: "A model of the stand-in.",
      context_length: contextLength,
      architecture: {
        modality: "text->text",
        input_modalities: ["text"],
        output_modalities: ["text"],
        tokenizer: "Other",
        instruct_type: null,
      },
      pricing: { ...pricing, request: "0", image: "0" },
      top_provider: { context_length: contextLength, max_completion_tokens: null, is_moderated: false },
      per_request_limits: null,
      supported_parameters: supportedParameters,
    })),
  };
}
