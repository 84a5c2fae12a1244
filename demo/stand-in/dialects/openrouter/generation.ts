/**
 * Body of `GET /api/v1/generation?id=`:
 * https://openrouter.ai/docs/api/api-reference/generations/get-generation
 */
export function generation({ search }: { search: URLSearchParams }) {
  return {
    data: {
      id: search.get("id"),
      total_cost: 0.0012,
      usage: 0.0012,
      is_byok: false,
      upstream_inference_cost: null,
      model: "anthropic/claude-haiku-4.5",
      streamed: true,
      cancelled: false,
      native_tokens_prompt: 200,
      native_tokens_completion: 200,
      native_tokens_cached: 0,
      native_tokens_reasoning: 0,
    },
  };
}
