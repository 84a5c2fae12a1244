import { z } from "zod";

const dollarsSchema = z.number().min(0).optional().catch(undefined);

/** https://openrouter.ai/docs/use-cases/usage-accounting */
const usageSchema = z.object({
  cost: dollarsSchema,
  is_byok: z.boolean().optional().catch(undefined),
  cost_details: z.object({ upstream_inference_cost: dollarsSchema }).optional().catch(undefined),
});

/** The cost OpenRouter reports, in dollars. */
export function readCost(usage: Record<string, unknown>): number | null {
  const reported = usageSchema.safeParse(usage).data;
  return costOf(reported?.cost, reported?.cost_details?.upstream_inference_cost, reported?.is_byok);
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
