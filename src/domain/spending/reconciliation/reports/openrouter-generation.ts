import "server-only";
import { z } from "zod";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { microUsdOf } from "./money";
import type { ReportClient } from "./report-client";

/** Ids of OpenRouter's, which are also those of its answers: "gen-1748600000-Ab3...". */
export const GENERATION_ID = /^gen-[\w-]{1,120}$/;

const tokens = z.number().int().min(0).max(100_000_000).nullish().catch(null);

const generationSchema = z.object({
  data: z.object({
    total_cost: z.unknown().optional(),
    is_byok: z.boolean().nullish().catch(null),
    upstream_inference_cost: z.unknown().optional(),
    native_tokens_prompt: tokens,
    native_tokens_completion: tokens,
    native_tokens_cached: tokens,
    native_tokens_reasoning: tokens,
  }),
});

export interface Generation {
  costMicroUsd: number;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
  reasoningTokens: number | null;
}

/**
 * `GET /generation`: what one request cost, also one that was stopped.
 *
 * @returns null if it is not known, which is so for a while after the request
 * @throws ProviderFailure
 */
export async function readOpenRouterGeneration(client: ReportClient, id: string): Promise<Generation | null> {
  try {
    const { data } = await client.get("generation", { id }, generationSchema);
    const upstream =
      data.is_byok === true && data.upstream_inference_cost !== null
        ? microUsdOf(data.upstream_inference_cost ?? 0, "dollars")
        : 0;
    return {
      costMicroUsd: Math.round(microUsdOf(data.total_cost, "dollars") + upstream),
      inputTokens: data.native_tokens_prompt ?? null,
      cachedInputTokens: data.native_tokens_cached ?? null,
      outputTokens: data.native_tokens_completion ?? null,
      reasoningTokens: data.native_tokens_reasoning ?? null,
    };
  } catch (error) {
    if (error instanceof ProviderFailure && error.status === 404) return null;
    throw error;
  }
}
