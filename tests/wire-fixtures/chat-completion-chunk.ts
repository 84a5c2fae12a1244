/** A piece of a streamed answer of OpenAI's Chat Completions, with all fields its clients ask for. */
export function chatCompletionChunk(delta: unknown, finish_reason: string | null = null) {
  return {
    id: "1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  };
}
