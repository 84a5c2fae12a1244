import "server-only";
import { z } from "zod";
import { microUsdOf } from "./money";
import type { ReportClient } from "./report-client";

const amount = z.unknown().optional();

const keySchema = z.object({
  data: z.object({
    usage: amount,
    usage_daily: amount,
    byok_usage: amount,
    byok_usage_daily: amount,
    limit_remaining: amount,
  }),
});

/** What a key says it was charged. */
export interface KeyUsage {
  /** Since its first request. */
  totalMicroUsd: number;
  /** On the current UTC day; null if it does not say. */
  todayMicroUsd: number | null;
  /** Null if it has no limit, or does not say. */
  remainingMicroUsd: number | null;
}

/**
 * `GET /key`, which a key asks about itself:
 * https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key.
 *
 * With provider keys stored at OpenRouter ("BYOK"), what those were charged comes apart, and is added as in
 * the cost of a request (providers/openrouter/read-usage.ts).
 */
export async function readOpenRouterKey(client: ReportClient): Promise<KeyUsage> {
  const { data } = await client.get("key", {}, keySchema);
  const today = optional(data.usage_daily);
  return {
    totalMicroUsd: Math.round(microUsdOf(data.usage, "dollars") + (optional(data.byok_usage) ?? 0)),
    todayMicroUsd: today === null ? null : Math.round(today + (optional(data.byok_usage_daily) ?? 0)),
    // Below zero when the last request cost more than was left.
    remainingMicroUsd:
      typeof data.limit_remaining === "number"
        ? Math.round(microUsdOf(Math.max(0, data.limit_remaining), "dollars"))
        : null,
  };
}

function optional(value: unknown): number | null {
  return value === undefined || value === null ? null : microUsdOf(value, "dollars");
}
