import { z } from "zod";
import type { RequestUsage, StepReport } from "../provider-adapter";
import { requestUsageOf } from "../wire/request-usage";

const dollarsSchema = z.number().min(0).max(100_000).optional().catch(undefined);

/** OpenRouter's counts, as its client passes them on, and who paid (keep-payer.ts). */
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
 * With a provider key stored at OpenRouter ("BYOK"), `cost` is only OpenRouter's fee, often zero, and the
 * provider bills the rest. Otherwise `cost` is the total and includes the upstream cost, if reported. If the
 * response does not say which, the amounts tell: the fee is a fraction of the upstream cost, while the full
 * price is never below it. A fee without the rest is no cost.
 */
function costOf(cost: number | undefined, upstream: number | undefined, byok: boolean | undefined) {
  if (cost === undefined && upstream === undefined) return null;
  if (byok === true && upstream === undefined) return null;
  const fee = cost ?? 0;
  const added = upstream ?? 0;
  return (byok ?? fee < added) ? fee + added : fee;
}
