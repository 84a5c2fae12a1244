import { modelName } from "@/components/model-selector/describe-selection";

/** What an answer says about who paid, for what, and how much. */
export interface Receipt {
  model: string;
  /** "personal key ···abcd" */
  payer: string;
  tokens: {
    input: number;
    output: number;
    cached: number;
    cacheWrites: number;
    reasoning: number;
  } | null;
  cost: { microUsd: number; isEstimate: boolean } | null;
  firstTokenMs: number | null;
  totalMs: number | null;
}

type Metadata = Readonly<Record<string, unknown>> | undefined;

/**
 * @param metadata of the message; of any shape, since older versions and failed requests stored less
 * @returns null when the message says nothing about it
 */
export function receiptOf(metadata: Metadata): Receipt | null {
  const { keyProvider, model, keyLast4 } = metadata ?? {};
  if (typeof model !== "string" || (keyProvider !== "platform" && keyProvider !== "personal")) return null;
  const cost = record(metadata?.["cost"]);
  const latency = record(metadata?.["latency"]);
  const microUsd = count(cost["microUsd"]);
  return {
    model: modelName(model),
    payer: `${keyProvider} key${typeof keyLast4 === "string" ? ` ···${keyLast4}` : ""}`,
    tokens: tokensOf(record(metadata?.["usage"])),
    cost: microUsd === null ? null : { microUsd, isEstimate: cost["source"] !== "reported" },
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
export function receiptRows({
  model,
  payer,
  tokens,
  cost,
  firstTokenMs,
  totalMs,
}: Receipt): [string, string][] {
  const rows: [string, string | null][] = [
    ["Paid by", payer],
    ["Model", model],
    ["Input", tokens && `${formatCount(tokens.input)} tokens`],
    ["of it from the cache", tokens?.cached ? `${formatCount(tokens.cached)} tokens` : null],
    ["of it written to the cache", tokens?.cacheWrites ? `${formatCount(tokens.cacheWrites)} tokens` : null],
    ["Output", tokens && `${formatCount(tokens.output)} tokens`],
    ["of it reasoning", tokens?.reasoning ? `${formatCount(tokens.reasoning)} tokens` : null],
    ["Cost", cost ? formatCost(cost) : tokens ? "not known" : null],
    [
      "The cost is",
      cost ? (cost.isEstimate ? "estimated by list prices" : "reported by the provider") : null,
    ],
    ["First words after", firstTokenMs === null ? null : formatSeconds(firstTokenMs)],
    ["Complete after", totalMs === null ? null : formatSeconds(totalMs)],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as [string, string]]));
}

/**
 * What the answers of a conversation come to: "3 answers · 4,812 tokens · about $0.0124".
 *
 * @returns null with fewer than two answers: one says it itself
 */
export function conversationSum(metadata: readonly Metadata[]): string | null {
  const receipts = metadata.map(receiptOf).filter((receipt) => receipt !== null);
  const counted = receipts.filter((receipt) => receipt.tokens !== null);
  if (counted.length < 2) return null;
  const tokens = counted.reduce((sum, { tokens: each }) => sum + (each ? each.input + each.output : 0), 0);
  const costs = counted.map((receipt) => receipt.cost);
  const microUsd = costs.reduce((sum, cost) => sum + (cost?.microUsd ?? 0), 0);
  const isEstimate = costs.some((cost) => cost?.isEstimate !== false);
  return [
    `${counted.length} answers`,
    `${formatCount(tokens)} tokens`,
    // A sum with a hole in it would be too low.
    costs.every((cost) => cost !== null) ? formatCost({ microUsd, isEstimate }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

function formatCost({ microUsd, isEstimate }: { microUsd: number; isEstimate: boolean }): string {
  const about = isEstimate ? "about " : "";
  if (microUsd > 0 && microUsd < 100) return "below $0.0001";
  const digits = microUsd < 100_000 ? 4 : 2;
  return `${about}$${(microUsd / 1_000_000).toFixed(digits)}`;
}

function formatCount(value: number): string {
  return value.toLocaleString("en");
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
