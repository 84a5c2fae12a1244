/** A chunk of a streamed OpenAI Chat Completions answer, with all fields its clients require. */
export function chatCompletionChunk(delta: unknown, finish_reason: string | null = null) {
  return {
    id: "1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  };
}
