import type { ChatChunk } from "../../support/http-person";

/** The chunks of an answer as they arrive. Ending the loop early cancels the request, like closing a tab. */
export async function* chatChunks(response: Response): AsyncGenerator<ChatChunk> {
  if (response.status !== 200 || !response.body)
    throw new Error(`${response.status}: ${await response.text()}`);
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data: {")) yield JSON.parse(line.slice(6)) as ChatChunk;
  }
}

/** Reads on until a chunk of this type arrives. @throws when the answer ends without one */
export async function untilChunk(chunks: AsyncGenerator<ChatChunk>, type: string): Promise<ChatChunk> {
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) throw new Error(`the answer ended without ${type}`);
    if (value.type === type) return value;
  }
}

/** Reads the answer to its end. */
export async function restOf(chunks: AsyncGenerator<ChatChunk>): Promise<ChatChunk[]> {
  const rest: ChatChunk[] = [];
  for await (const chunk of chunks) rest.push(chunk);
  return rest;
}
