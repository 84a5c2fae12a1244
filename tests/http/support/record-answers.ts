import type { Haystack } from "./leak-detector";

/**
 * From now on keeps every answer that comes from `origin` through `fetch`: status, headers and body, also the
 * part of a body that had arrived before it was interrupted.
 */
export function recordAnswers(origin: string): { answers: Haystack[]; stop(): void } {
  const original = globalThis.fetch;
  const answers: Haystack[] = [];
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(origin)) return response;
    const answer = { where: `${init?.method ?? "GET"} ${url} -> ${response.status}`, content: "" };
    answers.push(answer);
    answer.content = JSON.stringify([...response.headers]);
    const { body, ...facts } = { body: response.body, status: response.status, headers: response.headers };
    if (!body) return response;
    const [theirs, ours] = body.tee();
    void keep(ours, answer);
    return new Response(theirs, facts);
  };
  return {
    answers,
    stop() {
      globalThis.fetch = original;
    },
  };
}

async function keep(body: ReadableStream<Uint8Array>, answer: { content: string }): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) answer.content += decoder.decode(chunk, { stream: true });
  } catch {
    // Interrupted: what had arrived is kept.
  }
}
