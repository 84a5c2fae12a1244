import { ProviderFailure } from "./provider-failure";

/**
 * An answer that started well can still end badly without an error: with a refusal (Anthropic's `refusal`,
 * OpenAI's `content_filter`), with a fault reported only as finish reason (Mistral's `error`, Gemini's
 * `MALFORMED_FUNCTION_CALL`), or without a reason because the connection broke, which looks like an end.
 *
 * @param finishReason of the AI SDK
 * @param rawFinishReason the provider's own finish reason, if any
 * @returns null if the answer ended well
 */
export function failureOfFinish(finishReason: string, rawFinishReason?: string): ProviderFailure | null {
  if (finishReason === "content-filter") return new ProviderFailure("provider_content_refused");
  if (finishReason === "error" || rawFinishReason === "error") return new ProviderFailure("provider_error");
  return finishReason === "other" && rawFinishReason === undefined
    ? new ProviderFailure("stream_interrupted")
    : null;
}
