import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelPrice } from "@/contracts/models";
import { pricedModel } from "@/domain/models/price-library";

/** Bytes of text for a token: the fewest, in code and random letters of whatever script; and usually. */
const FEWEST_BYTES = 2;
const USUAL_BYTES = 4;
/** More than any provider takes for an image, however large. */
const IMAGE_TOKENS = 5_000;
/** What a request may answer that says nothing: long files still fit, and every model of today allows it. */
const USUAL_OUTPUT = 16_000;
const MICRO = 1_000_000;

/** What one run has sent so far, to tell how much of the next request is new. */
export interface SentBefore {
  /** Messages in the latest request. */
  messages: number;
}

/**
 * The tokens of a request's input: what the provider counted of the latest one and the bytes that came since,
 * or all its bytes.
 *
 * @param lastContextTokens input and output of the latest request, as its provider counted
 * @returns the most there may be, and how many there are likely to be
 */
export function inputTokensOf(
  { prompt, tools }: Pick<LanguageModelV4CallOptions, "prompt" | "tools">,
  lastContextTokens: number | null,
  before: SentBefore | null,
): { most: number; likely: number } {
  const all = sizeOf([prompt, tools ?? []]);
  const most = tokensIn(all, FEWEST_BYTES);
  const likely = tokensIn(all, USUAL_BYTES);
  if (lastContextTokens === null || !before || before.messages > prompt.length) return { most, likely };
  const since = sizeOf(prompt.slice(before.messages));
  return {
    most: Math.min(most, lastContextTokens + tokensIn(since, FEWEST_BYTES)),
    likely: Math.min(most, lastContextTokens + tokensIn(since, USUAL_BYTES)),
  };
}

interface Size {
  bytes: number;
  images: number;
}

function tokensIn({ bytes, images }: Size, bytesPerToken: number): number {
  return Math.ceil(bytes / bytesPerToken) + images * IMAGE_TOKENS;
}

function sizeOf(parts: unknown): Size {
  let images = 0;
  const text = JSON.stringify(parts, (name, value: unknown) => {
    if (value instanceof Uint8Array) return "x".repeat(value.byteLength);
    if (isImage(value)) {
      images += 1;
      return name;
    }
    return value;
  });
  return { bytes: Buffer.byteLength(text), images };
}

function isImage(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { type, mediaType } = value as Record<string, unknown>;
  return type === "file" && typeof mediaType === "string" && mediaType.startsWith("image/");
}

/** The output a request asks for, or may be asked to stay within. */
export function mostOutputTokens(asked: number | undefined, contextTokens: number | null): number {
  if (asked !== undefined) return asked;
  // Old models with a small context write a quarter of it.
  return contextTokens === null ? USUAL_OUTPUT : Math.min(USUAL_OUTPUT, Math.floor(contextTokens / 4));
}

/** Prices in millionths of a dollar for a million tokens. */
export interface DearestPrice {
  input: number;
  output: number;
}

/**
 * What a request of this size costs at most for each token: in the dearest tier it can reach, with all its
 * input written to the cache.
 *
 * @returns null if no price is known
 */
export function dearestPrice(
  priceProviderId: string | null,
  model: string,
  inputTokens: number,
  at: Date,
): DearestPrice | null {
  const priced = pricedModel(priceProviderId, model, at);
  const prices = [priced?.priceFor(0), priced?.priceFor(inputTokens)].filter(
    (price): price is ModelPrice => price != null,
  );
  if (prices.length === 0) return null;
  return {
    input: Math.max(...prices.map(({ input, cacheWrite }) => Math.max(input, cacheWrite ?? 0))),
    output: Math.max(...prices.map(({ output }) => output)),
  };
}

/** Micro-dollars, rounded up. */
export function costOf({ input, output }: DearestPrice, inputTokens: number, outputTokens: number): number {
  return Math.ceil((inputTokens * input + outputTokens * output) / MICRO);
}

/** How many tokens of output fit into what is left; below 0 if not even the input does. */
export function outputWithin(leftMicroUsd: number, price: DearestPrice, inputTokens: number): number {
  const left = leftMicroUsd * MICRO - inputTokens * price.input;
  if (left < 0) return -1;
  return price.output === 0 ? Number.MAX_SAFE_INTEGER : Math.floor(left / price.output);
}
