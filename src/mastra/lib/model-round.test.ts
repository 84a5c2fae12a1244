import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import type { RunChunk } from "@/domain/runs/run";
import { ModelRound } from "./model-round";

test.each<[name: string, parts: LanguageModelV4StreamPart[], chunks: RunChunk[]]>([
  [
    "a text without its beginning gets one",
    [{ type: "text-delta", id: "1", delta: "x" }],
    [
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "x" },
    ],
  ],
  ["the end of a text nobody began is left out", [{ type: "text-end", id: "1" }], []],
  [
    "a text and a thought with one id are two parts",
    [
      { type: "reasoning-start", id: "1" },
      { type: "text-end", id: "1" },
      { type: "reasoning-end", id: "1" },
    ],
    [
      { type: "reasoning-start", id: "1" },
      { type: "reasoning-end", id: "1" },
    ],
  ],
  ["input of a call nobody began is left out", [{ type: "tool-input-delta", id: "c", delta: "{" }], []],
])("%s", (_name, parts, chunks) => {
  const round = new ModelRound();
  expect(parts.flatMap((part) => round.accept(part))).toEqual(chunks);
});
