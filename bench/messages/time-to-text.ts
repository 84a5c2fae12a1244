import { performance } from "node:perf_hooks";

/**
 * Milliseconds until the first text of an answer has arrived, of which the rest is read too. Never the first
 * byte: a head is sent before there is anything to read.
 */
export async function timeToText(sent: Promise<Response>, pattern: RegExp): Promise<number> {
  const start = performance.now();
  const response = await sent;
  const decoder = new TextDecoder();
  let text = "";
  let first = Number.NaN;
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (Number.isNaN(first) && pattern.test(text)) first = performance.now() - start;
  }
  if (Number.isNaN(first)) throw new Error(`no text in the answer: ${response.status} ${text.slice(0, 300)}`);
  return first;
}
