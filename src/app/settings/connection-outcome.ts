import type { ConnectionOutcome } from "@/components/ai-keys/connection-result";
import { connectionProblemSchema } from "@/contracts/ai-connections";
import { providerIdSchema } from "@/contracts/provider";

/**
 * How connecting an account ended, from the query of the URL. Anyone can craft such a URL: it selects one of
 * our sentences and changes nothing. It says that an account is connected only if the person has a key of
 * that provider.
 *
 * @param keys the person's
 */
export function connectionOutcome(
  query: Record<string, string | string[] | undefined>,
  keys: readonly { provider: string }[],
): ConnectionOutcome | null {
  const connected = providerIdSchema.safeParse(query["connected"]);
  if (connected.success) {
    const hasKey = keys.some(({ provider }) => provider === connected.data);
    return hasKey ? { provider: connected.data, problem: null } : null;
  }
  const connecting = providerIdSchema.safeParse(query["connecting"]);
  const problem = connectionProblemSchema.safeParse(query["problem"]);
  return connecting.success && problem.success ? { provider: connecting.data, problem: problem.data } : null;
}
