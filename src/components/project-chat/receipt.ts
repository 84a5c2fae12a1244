import { countOf, formatCount } from "@/components/format-count";
import { formatDollars } from "@/components/format-dollars";
import { payerWords } from "@/components/model-selector/payer-words";
import type { ModelPrice } from "@/contracts/models";
import { COST_SOURCES, type CostSource } from "@/contracts/usage";
import { type MessageMetadata, payerOf } from "./answer-payer";
import type { Names } from "./use-names";

interface Cost {
  microUsd: number;
  source: CostSource;
}

const HOW_KNOWN: Record<CostSource, string> = {
  reported: "reported by the provider",
  estimated: "estimated by list prices",
  partial: "at least this: the provider counted a part only",
  floor: "at least this: it ended before the provider had counted it",
};

/** Then more may have been used than is known. */
const AT_LEAST = new Set<CostSource>(["partial", "floor"]);

/** Who paid for an answer, for which model, and how much. */
export interface Receipt {
  model: string;
  modelId: string;
  provider: string;
  /** "personal key Work ···abcd" */
  payer: string;
  isPlatform: boolean;
  tokens: {
    input: number;
    output: number;
    cached: number;
    cacheWrites: number;
    reasoning: number;
  } | null;
  cost: Cost | null;
  /** What the input from the cache cost less than all others, by list prices; null if that is not known. */
  savedMicroUsd: number | null;
  firstTokenMs: number | null;
  totalMs: number | null;
}

/**
 * @param metadata of the message, of any shape: older versions and failed requests stored less
 * @returns null if the message does not record the payer
 */
export function receiptOf(metadata: MessageMetadata, names: Names): Receipt | null {
  const payer = payerOf(metadata);
  if (!payer) return null;
  const cost = record(metadata?.["cost"]);
  const latency = record(metadata?.["latency"]);
  const microUsd = count(cost["microUsd"]);
  const tokens = tokensOf(record(metadata?.["usage"]));
  return {
    model: names.model(payer.aiProvider, payer.model),
    modelId: payer.model,
    provider: names.provider(payer.aiProvider),
    payer: payerWords(payer, "personal"),
    isPlatform: payer.keyProvider === "platform",
    tokens,
    cost: microUsd === null ? null : { microUsd, source: sourceOf(cost["source"]) },
    savedMicroUsd: tokens && savedBy(tokens, names.price(payer.aiProvider, payer.model)),
    firstTokenMs: count(latency["firstTokenMs"]),
    totalMs: count(latency["totalMs"]),
  };
}

function tokensOf(usage: Record<string, unknown>): Receipt["tokens"] {
  const [input, output] = [count(usage["inputTokens"]), count(usage["outputTokens"])];
  if (input === null || output === null) return null;
  return {
    input,
    output,
    cached: count(usage["cachedInputTokens"]) ?? 0,
    cacheWrites: count(usage["cacheWriteTokens"]) ?? 0,
    reasoning: count(usage["reasoningTokens"]) ?? 0,
  };
}

/** Writing to the cache costs more than other input at some providers, and is taken off. */
function savedBy(
  { cached, cacheWrites }: NonNullable<Receipt["tokens"]>,
  price: ModelPrice | null,
): number | null {
  if (!price || price.cachedInput === null) return null;
  const written = cacheWrites * ((price.cacheWrite ?? price.input) - price.input);
  return Math.round((cached * (price.input - price.cachedInput) - written) / 1_000_000);
}

/** In one line: "Haiku · personal key ···abcd · 1,204 tokens · about $0.0013". */
export function receiptLine({ model, payer, tokens, cost }: Receipt): string {
  return [
    model,
    payer,
    tokens ? `${formatCount(tokens.input + tokens.output)} tokens` : "",
    cost ? formatCost(cost) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** In full, as pairs of a name and a value. */
export function receiptRows(receipt: Receipt): [string, string][] {
  const { model, modelId, provider, payer, tokens, cost, savedMicroUsd, firstTokenMs, totalMs } = receipt;
  const rows: [string, string | null][] = [
    ["Paid by", payer],
    ["Provider", provider],
    ["Model", model],
    ["Model's id", modelId === model ? null : modelId],
    ["Input", tokens && `${formatCount(tokens.input)} tokens`],
    ["of it from the cache", tokens?.cached ? `${formatCount(tokens.cached)} tokens` : null],
    ["of it written to the cache", tokens?.cacheWrites ? `${formatCount(tokens.cacheWrites)} tokens` : null],
    ["Output", tokens && `${formatCount(tokens.output)} tokens`],
    ["of it reasoning", tokens?.reasoning ? `${formatCount(tokens.reasoning)} tokens` : null],
    ["Cost", cost ? formatCost(cost) : tokens ? "not known" : null],
    ["The cost is", cost ? HOW_KNOWN[cost.source] : null],
    [
      "Saved by the cache",
      savedMicroUsd !== null && savedMicroUsd > 0
        ? formatCost({ microUsd: savedMicroUsd, source: "estimated" })
        : null,
    ],
    ["First words after", firstTokenMs === null ? null : formatSeconds(firstTokenMs)],
    ["Complete after", totalMs === null ? null : formatSeconds(totalMs)],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as [string, string]]));
}

/** An answer of a conversation, for its total. */
export interface SummedAnswer {
  receipt: Receipt | null;
  /** Whether any content arrived: then it was paid for, even if it was stopped before its usage arrived. */
  hasContent: boolean;
}

/**
 * The total of a conversation's answers: "3 answers · 4,812 tokens · about $0.0124". If two paid, each has a
 * sum of its own: "You $0.0025 · platform $0.0008". Answers with unknown cost are counted separately, as the
 * total without them would be too low.
 *
 * @returns null with fewer than two answers: a single one has its own receipt
 */
export function conversationSum(answers: readonly SummedAnswer[]): string | null {
  const paid = answers.flatMap(({ receipt, hasContent }) =>
    receipt && (receipt.tokens || hasContent) ? [receipt] : [],
  );
  if (paid.length < 2) return null;
  const tokens = paid.reduce((sum, { tokens: each }) => sum + (each ? each.input + each.output : 0), 0);
  const known = paid.filter(({ cost }) => cost !== null).length;
  return [
    `${paid.length} answers`,
    `${formatCount(tokens)} tokens`,
    ...costsByPayer(paid),
    unknownCosts(paid.length - known, paid.length),
  ]
    .filter(Boolean)
    .join(" · ");
}

function costsByPayer(paid: readonly Receipt[]): string[] {
  const [ofPlatform, own] = [true, false].map((isPlatform) =>
    paid.filter((receipt) => receipt.isPlatform === isPlatform),
  );
  const [platformCost, ownCost] = [sumOf(ofPlatform ?? []), sumOf(own ?? [])];
  const isSplit = paid.some(({ isPlatform }) => isPlatform) && paid.some(({ isPlatform }) => !isPlatform);
  if (!isSplit) return [platformCost ?? ownCost].flatMap((cost) => (cost ? [formatCost(cost)] : []));
  const source = worstOf([platformCost, ownCost].flatMap((cost) => cost ?? []));
  return [
    ownCost ? `You ${formatDollars(ownCost.microUsd)}` : "",
    platformCost ? `platform ${formatDollars(platformCost.microUsd)}` : "",
    source === "reported" ? "" : AT_LEAST.has(source) ? "at least" : "estimated",
  ];
}

/** Null if no cost is known. */
function sumOf(receipts: readonly Receipt[]): Receipt["cost"] {
  const costs = receipts.flatMap(({ cost }) => cost ?? []);
  if (costs.length === 0) return null;
  return {
    microUsd: costs.reduce((sum, cost) => sum + cost.microUsd, 0),
    source: worstOf(costs),
  };
}

function worstOf(costs: readonly Cost[]): CostSource {
  const worst = Math.max(0, ...costs.map(({ source }) => COST_SOURCES.indexOf(source)));
  return COST_SOURCES[worst] ?? "floor";
}

/** Of older answers, a cost that the provider did not report is estimated. */
function sourceOf(source: unknown): CostSource {
  return COST_SOURCES.find((each) => each === source) ?? "estimated";
}

function unknownCosts(count: number, of: number): string {
  if (count === 0) return "";
  if (count === of) return "cost not known";
  return `${countOf(count, "answer")} without a known cost`;
}

export function formatCost({ microUsd, source }: Cost): string {
  const dollars = formatDollars(microUsd);
  if (source === "reported" || !dollars.startsWith("$")) return dollars;
  return AT_LEAST.has(source) ? `at least ${dollars}` : `about ${dollars}`;
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}
