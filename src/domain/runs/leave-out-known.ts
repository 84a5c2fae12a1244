import type { LanguageModelV4Prompt, LanguageModelV4ToolResultPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";

/** Characters of tool output in a conversation: beyond the first, the oldest is left out to the second. */
export const MOST_TOOL_OUTPUT = 160_000;
export const LEAST_TOOL_OUTPUT = 80_000;
/** Below this, leaving an output out saves nothing. */
const SHORT = 400;

/**
 * Leaves out of a request what the model need not read again, so that it costs less:
 * - a file that is as it was when the model read it before, if that still stands in the conversation,
 * - what tools answered in old rounds, once there is much of it.
 *
 * What stays is the same from request to request, except where the limit is reached: then everything that is
 * to go goes at once. So a provider's cache of the beginning stays valid most of the time.
 */
export const leaveOutKnown: LanguageModelMiddleware = {
  transformParams: ({ params }) => Promise.resolve({ ...params, prompt: withoutKnown(params.prompt) }),
};

/** The same conversation always becomes the same, and a longer one begins like it between two limits. */
export function withoutKnown(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const beginsAt = firstKeptRound(prompt);
  const seen = new Map<string, string>();
  return prompt.map((message, index) => {
    if (message.role !== "tool") return message;
    const content = message.content.map((part) => {
      if (part.type !== "tool-result") return part;
      if (index < beginsAt) return sizeOf(part) < SHORT ? part : { ...part, output: OF_OLD_ROUND };
      const file = fileIn(part);
      return file && isKnown(file, seen) ? { ...part, output: unchanged(file.path) } : part;
    });
    return { ...message, content };
  });
}

type Output = LanguageModelV4ToolResultPart["output"];

const OF_OLD_ROUND: Output = {
  type: "text",
  value: "(This result of an earlier step is left out here. Call the tool again if it is needed.)",
};

function unchanged(path: string): Output {
  const value = {
    path,
    unchanged: "The file is as it was when you last read it, earlier in this conversation.",
  };
  return { type: "json", value };
}

/** @returns the place of the oldest message of tool output that is kept */
function firstKeptRound(prompt: LanguageModelV4Prompt): number {
  const rounds: { index: number; size: number }[] = [];
  let first = 0;
  let kept = 0;
  for (const [index, message] of prompt.entries()) {
    if (message.role !== "tool") continue;
    const size = message.content.reduce(
      (sum, part) => sum + (part.type === "tool-result" ? sizeOf(part) : 0),
      0,
    );
    rounds.push({ index, size });
    kept += size;
    if (kept <= MOST_TOOL_OUTPUT) continue;
    // The newest round has just been asked for.
    while (first < rounds.length - 1 && kept > LEAST_TOOL_OUTPUT) {
      kept -= rounds[first]?.size ?? 0;
      first += 1;
    }
  }
  return rounds[first]?.index ?? 0;
}

/** Characters of its texts, without writing it as JSON: this is asked for each result of each request. */
function sizeOf({ output }: LanguageModelV4ToolResultPart): number {
  return "value" in output ? textIn(output.value) : 0;
}

function textIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 4;
  return Object.values(value).reduce<number>((sum, field) => sum + 8 + textIn(field), 0);
}

interface TextFile {
  path: string;
  content: string;
}

/** @param seen what the model has last read of each file */
function isKnown({ path, content }: TextFile, seen: Map<string, string>): boolean {
  const isSame = seen.get(path) === content;
  seen.set(path, content);
  return isSame && content.length >= SHORT;
}

function fileIn({ toolName, output }: LanguageModelV4ToolResultPart): TextFile | null {
  return toolName === "readFile" && output.type === "json" ? asFile(output.value) : null;
}

function asFile(value: unknown): TextFile | null {
  if (typeof value !== "object" || value === null || !("path" in value) || !("content" in value)) return null;
  const { path, content } = value;
  return typeof path === "string" && typeof content === "string" ? { path, content } : null;
}
