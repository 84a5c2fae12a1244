import type { RunChunk } from "./run";

export type DeltaChunk = Extract<RunChunk, { type: "text-delta" | "reasoning-delta" | "tool-input-delta" }>;

export function isDelta(chunk: RunChunk): chunk is DeltaChunk {
  return chunk.type === "text-delta" || chunk.type === "reasoning-delta" || chunk.type === "tool-input-delta";
}

/** The part a piece belongs to. Ids of texts, reasoning and tool calls are separate. */
export function partOf(chunk: DeltaChunk): string {
  return chunk.type === "tool-input-delta"
    ? `${chunk.type} ${chunk.toolCallId}`
    : `${chunk.type} ${chunk.id}`;
}

/** Two pieces of one part as one. */
export function joined(first: DeltaChunk, second: DeltaChunk): DeltaChunk {
  if (first.type === "tool-input-delta" && second.type === "tool-input-delta")
    return { ...first, inputTextDelta: first.inputTextDelta + second.inputTextDelta };
  if (first.type !== "tool-input-delta" && second.type !== "tool-input-delta")
    return { ...first, delta: first.delta + second.delta };
  throw new Error("pieces of different parts do not join");
}
