/**
 * Error messages saying that a conversation exceeds the model's context. Checked only for 400, 413, 422 and
 * streams.
 */
const TOO_LONG =
  /context_length_exceeded|prompt is too long|maximum context length|context (length|size|window|limit)|context.{0,20}overflow|input is too long|too many (input )?tokens|exceeds? the (available )?(model's )?(maximum )?(context|number of tokens)|request_too_large/i;

export function saysContextTooLong(text: string): boolean {
  return TOO_LONG.test(text);
}
