/**
 * The words servers have for "cut at the length limit", beside those their clients know: `max_tokens` where
 * OpenAI's API says `length`, `MAX_TOKENS`, `max_output_tokens`, `token_limit`, `context_window_exceeded`.
 */
const WORDS =
  /^(?:finish_reason_)?(?:(?:model_)?length|(?:max|maximum)_?\w*?_?(?:tokens?|length)|\w*tokens?_?limit\w*|length_?limit\w*|\w*context_?(?:window|length)\w*)$/i;

/** @param reason a finish reason as the provider wrote it */
export function saysLengthLimit(reason: string): boolean {
  return WORDS.test(reason.trim().replaceAll(/[\s-]+/g, "_"));
}
