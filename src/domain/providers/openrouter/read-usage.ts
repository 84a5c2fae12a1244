import { z } from "zod";
import type { RequestUsage, StepReport } from "../provider-adapter";
import { requestUsageOf } from "../wire/request-usage";

const dollarsSchema = z.number().min(0).max(100_000).optional().catch(undefined);

/** What OpenRouter counted, as its client passes it on, and who paid, by keep-payer.ts. */
const metadataSchema = z.object({
  openrouter: z.object({
    isByok: z.boolean().optional().catch(undefined),
    usage: z.object({
      cost: dollarsSchema,
      costDetails: z.object({ upstreamInferenceCost: dollarsSchema }).optional().catch(undefined),
    }),
  }),
});

const MICRO = 1_000_000;

/** Tokens, and the cost OpenRouter reports: https://openrouter.ai/docs/use-cases/usage-accounting */
export function readUsage({ usage, providerMetadata }: StepReport): RequestUsage {
  const reported = metadataSchema.safeParse(providerMetadata).data?.openrouter;
  const dollars = costOf(
    reported?.usage.cost,
    reported?.usage.costDetails?.upstreamInferenceCost,
    reported?.isByok,
  );
  return {
    ...requestUsageOf(usage),
    reportedMicroUsd: dollars === null ? null : Math.round(dollars * MICRO),
  };
}

/**
 * With a provider's key left at OpenRouter ("BYOK"), `cost` is OpenRouter's fee alone, often zero, and the provider bills the rest. Without
 * one, `cost` is all, and the upstream cost, where it is told, is a part of it. Should the answer not say which, the fee tells them
 * apart: it is a fraction of the upstream cost, while the full price is never below it.
 */
function costOf(cost: number | undefined, upstream: number | undefined, byok: boolean | undefined) {
  if (cost === undefined && upstream === undefined) return null;
  const fee = cost ?? 0;
  const added = upstream ?? 0;
  return (byok ?? fee < added) ? fee + added : fee;
}
