import { ProviderFailure } from "./provider-failure";

/**
 * An answer that began well can still end badly without an error: in a refusal (Anthropic's `refusal`, OpenAI's `content_filter`), in a
 * fault that is only a word for the end (Mistral's `error`, Gemini's `MALFORMED_FUNCTION_CALL`), or
 * without any reason because the connection ended in the middle, which reads like an end.
 *
 * @param finishReason of the AI SDK
 * @param rawFinishReason the provider's own word, if it gave one
 * @returns null if the answer ended well
 */
export function failureOfFinish(finishReason: string, rawFinishReason?: string): ProviderFailure | null {
  if (finishReason === "content-filter") return new ProviderFailure("provider_content_refused");
  if (finishReason === "error" || rawFinishReason === "error") return new ProviderFailure("provider_error");
  return finishReason === "other" && rawFinishReason === undefined
    ? new ProviderFailure("stream_interrupted")
    : null;
}
