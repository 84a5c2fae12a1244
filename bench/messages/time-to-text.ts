import { performance } from "node:perf_hooks";

/**
 * Milliseconds until the first text of an answer has arrived, of which the rest is read too. Never the first
 * byte: a head is sent before there is anything to read.
 */
export async function timeToText(sent: Promise<Response>, pattern: RegExp): Promise<number> {
  return (await timedAnswer(sent, pattern)).firstMs;
}

/** The same, and the whole answer as it came. */
export async function timedAnswer(
  sent: Promise<Response>,
  pattern: RegExp,
): Promise<{ firstMs: number; text: string }> {
  const start = performance.now();
  const response = await sent;
  const decoder = new TextDecoder();
  let text = "";
  let firstMs = Number.NaN;
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (Number.isNaN(firstMs) && pattern.test(text)) firstMs = performance.now() - start;
  }
  if (Number.isNaN(firstMs)) {
    const reason = /"data-chat-error".{0,300}/.exec(text)?.[0] ?? text.slice(0, 300);
    throw new Error(`no text in the answer: ${response.status} ${reason}`);
  }
  return { firstMs, text };
}
