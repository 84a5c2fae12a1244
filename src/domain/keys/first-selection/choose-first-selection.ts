import type { AiKeySummary, KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { payerOf } from "@/contracts/payer";

/** A key that failed like this is chosen only if there is no better one. */
const FAILS: ReadonlySet<KeyHealthOutcome> = new Set(["invalid", "no_credit", "forbidden"]);

/**
 * The first selection that can pay, for a person who has chosen none: the platform's key, else their own
 * keys in the order of the list, those that failed last.
 *
 * @param groups what can be chosen, the platform's first
 * @param lastModels the model each key answered with last, for keys whose models are not known here
 * @returns null if nothing can pay
 */
export function chooseFirstSelection(
  groups: readonly ModelGroup[],
  keys: readonly AiKeySummary[],
  lastModels: ReadonlyMap<string, string> = new Map(),
): ModelSelection | null {
  const rankOf = ({ keyProvider, keyId }: ModelGroup) => {
    if (keyProvider === "platform") return 0;
    const health = keys.find(({ id }) => id === keyId)?.health?.outcome;
    return health && FAILS.has(health) ? 2 : 1;
  };
  const ranked = groups
    .filter(({ reason }) => reason === null)
    .toSorted((left, right) => rankOf(left) - rankOf(right));
  for (const { keyProvider, aiProvider, keyId, isDefaultKey, models } of ranked) {
    const model = models.find(({ reason }) => reason === null)?.id ?? lastModels.get(keyId ?? "");
    if (model) {
      return {
        payer: payerOf(keyProvider),
        provider: aiProvider,
        model,
        ...(keyId && !isDefaultKey ? { keyId } : {}),
      };
    }
  }
  return null;
}
