import type { SeenUsage } from "./answer-state";
import { isRecord, type Json } from "./wire-reader";

/** Counts that clients require, by the names other formats have for them. */
const INPUT = ["prompt_tokens", "input_tokens"];
const OUTPUT = ["completion_tokens", "output_tokens"];

/** Whether every client can read it as it is: numbers, and details without nulls. */
export function isCleanUsage(usage: unknown): boolean {
  if (usage === undefined || usage === null) return true;
  if (!isRecord(usage)) return false;
  if (![usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]].every(isCount))
    return false;
  for (const value of Object.values(usage)) {
    if (value === null || typeof value === "string") return false;
    if (
      isRecord(value) &&
      !Object.values(value).every((each) => typeof each === "number" || Array.isArray(each))
    )
      return false;
  }
  return isCleanDetails(usage);
}

function isCleanDetails(usage: Json): boolean {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage;
  // OpenRouter's client requires the count when there are details.
  return (
    (prompt === undefined || (isRecord(prompt) && isCount(prompt["cached_tokens"]))) &&
    (completion === undefined || (isRecord(completion) && isCount(completion["reasoning_tokens"])))
  );
}

/**
 * All that is known once a further report has come: servers split theirs over several pieces, and some end
 * with one that is empty. Nothing takes a count back: neither null nor a zero after more than zero.
 *
 * @returns the further report itself if it lacks nothing
 */
export function usageAfter(before: Json | null, further: Json): Json {
  if (!before) return further;
  const lost = Object.keys(before).filter((field) => isLost(before[field], further[field]));
  if (lost.length === 0) return further;
  return { ...further, ...Object.fromEntries(lost.map((field) => [field, before[field]])) };
}

function isLost(before: unknown, further: unknown): boolean {
  if (before === undefined || before === null) return false;
  if (further === undefined || further === null || further === "") return true;
  return numberOf(further) === 0 && (numberOf(before) ?? 0) > 0;
}

/** What it reports; a total and one part make the other part. */
export function seenUsageOf(usage: Json): SeenUsage {
  const [input, output] = [countIn(usage, INPUT), countIn(usage, OUTPUT)];
  const total = numberOf(usage["total_tokens"]);
  if (total === undefined) return { input, output };
  return {
    input: input ?? (output !== undefined && total > output ? total - output : undefined),
    output: output ?? (input !== undefined && total > input ? total - input : undefined),
  };
}

/**
 * The same in the form that every client reads: without nulls and with numbers for counts. A count nobody
 * reported is zero here; what is known is in `seenUsageOf`.
 */
export function repairedUsage(usage: Json): Json {
  const { input = 0, output = 0 } = seenUsageOf(usage);
  const kept = withoutNulls(usage);
  for (const [details, count] of [
    ["prompt_tokens_details", "cached_tokens"],
    ["completion_tokens_details", "reasoning_tokens"],
  ] as const) {
    const held = kept[details];
    // A client may insist on the count where there are details.
    if (!isRecord(held) || typeof held[count] !== "number") delete kept[details];
  }
  const cost = kept["cost"];
  if (cost !== undefined && typeof cost !== "number") delete kept["cost"];
  return {
    ...kept,
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: numberOf(usage["total_tokens"]) ?? input + output,
  };
}

/** Numbers as text become numbers; what is null or has no place in a usage is left out. */
function withoutNulls(fields: Json): Json {
  const kept: Json = {};
  for (const [field, value] of Object.entries(fields)) {
    const number = numberOf(value);
    if (number !== undefined) kept[field] = number;
    else if (isRecord(value)) kept[field] = withoutNulls(value);
    else if (typeof value === "boolean" || Array.isArray(value)) kept[field] = value;
  }
  return kept;
}

function countIn(usage: Json, fields: readonly string[]): number | undefined {
  for (const field of fields) {
    const count = numberOf(usage[field]);
    if (count !== undefined) return count;
  }
  return undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : undefined;
}
