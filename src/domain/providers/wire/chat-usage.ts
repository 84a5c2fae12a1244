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

/**
 * What it reports, by the names that servers have for it: OpenAI's, DeepSeek's, and Anthropic's as gateways
 * pass them on. A total and one part make the other part.
 */
export function seenUsageOf(usage: Json): SeenUsage {
  const [prompt, completion] = detailsIn(usage);
  const cachedInput =
    countIn(prompt, ["cached_tokens"]) ??
    countIn(usage, ["num_cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens"]);
  const cacheWrite =
    countIn(prompt, ["cache_write_tokens"]) ?? countIn(usage, ["cache_creation_input_tokens"]);
  const reasoning = countIn(completion, ["reasoning_tokens"]);
  const total = numberOf(usage["total_tokens"]);
  const parts = { cache: (cachedInput ?? 0) + (cacheWrite ?? 0), reasoning: reasoning ?? 0, total };
  return {
    ...totalsOf(halvesOf(usage, total), parts),
    cachedInput,
    cacheWrite,
    cacheWrite1h: writtenForAnHour(usage),
    reasoning,
    webSearches: webSearchesIn(usage),
    serviceTier: usage["service_tier"],
    raw: usage,
  };
}

function detailsIn(usage: Json): [prompt: Json, completion: Json] {
  const {
    prompt_tokens_details: prompt,
    prompt_token_details: ofOlder,
    completion_tokens_details: completion,
  } = usage;
  return [
    isRecord(prompt) ? prompt : isRecord(ofOlder) ? ofOlder : {},
    isRecord(completion) ? completion : {},
  ];
}

function halvesOf(usage: Json, total = numberOf(usage["total_tokens"])): Halves {
  const [input, output] = [countIn(usage, INPUT), countIn(usage, OUTPUT)];
  if (total === undefined) return { input, output };
  return {
    input: input ?? (output !== undefined && total > output ? total - output : undefined),
    output: output ?? (input !== undefined && total > input ? total - input : undefined),
  };
}

type Halves = Pick<SeenUsage, "input" | "output">;

/**
 * Servers disagree on whether `prompt_tokens` includes cached tokens and `completion_tokens` includes
 * reasoning. In OpenAI's they do, which is assumed unless the server's own numbers contradict it: a part
 * cannot exceed its whole, and `total_tokens` shows which sum was meant. Either way no token is counted
 * twice.
 */
function totalsOf(
  { input, output }: Halves,
  { cache, reasoning, total }: { cache: number; reasoning: number; total: number | undefined },
): Halves {
  if (input === undefined || output === undefined) return { input, output };
  const readings = [input, input + cache].flatMap((all) =>
    [output, output + reasoning].map((written) => ({ input: all, output: written })),
  );
  const possible = readings.filter((each) => each.input >= cache && each.output >= reasoning);
  return (
    possible.find((each) => each.input + each.output === total) ??
    possible[0] ?? { input: input + cache, output: output + reasoning }
  );
}

/** Anthropic's fields, also where gateways pass them on. */
export function writtenForAnHour({ cache_creation: written }: Json): number | undefined {
  return isRecord(written) ? numberOf(written["ephemeral_1h_input_tokens"]) : undefined;
}

export function webSearchesIn({ server_tool_use: used }: Json): number | undefined {
  return isRecord(used) ? numberOf(used["web_search_requests"]) : undefined;
}

/**
 * The same in the form that every client reads: without nulls and with numbers for counts. A count nobody
 * reported is zero here; what is known is in `seenUsageOf`.
 */
export function repairedUsage(usage: Json): Json {
  const { input = 0, output = 0 } = halvesOf(usage);
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
