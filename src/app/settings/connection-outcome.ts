import type { ConnectionOutcome } from "@/components/ai-keys/connection-result";
import { connectionProblemSchema } from "@/contracts/ai-connections";
import { providerIdSchema } from "@/contracts/provider";

/**
 * How connecting an account ended, from the address it ended at. Anybody can write such an address: it chooses among our sentences and
 * changes nothing. That an account is connected is said only to somebody who has a key of that provider.
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
