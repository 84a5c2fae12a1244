import { ProviderFailure } from "./provider-failure";

/**
 * A good answer can end in a refusal: Anthropic's `refusal` and OpenAI's `content_filter` both arrive as the AI SDK's "content-filter".
 *
 * @param finishReason of the AI SDK
 * @returns null if the answer ended well
 */
export function failureOfFinish(finishReason: string): ProviderFailure | null {
  return finishReason === "content-filter" ? new ProviderFailure("provider_content_refused") : null;
}
