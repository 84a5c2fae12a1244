import type { KeyPause } from "@/contracts/ai-keys";

/** What was done with a key, in the last hour and before. Money is in millionths of a US dollar. */
export interface KeyUse {
  /** Spent in the last 60 minutes, as far as the cost is known. */
  hourMicroUsd: number;
  /** The most in any hour of the two weeks before. */
  busiestMicroUsd: number;
  /** Requests before the last hour, as far as they were counted. */
  earlierRequests: number;
  /** What the last hour was spent on. */
  models: ModelUse[];
  /** In the last ten minutes: requests the provider refused for the key, and those it answered. */
  refusals: number;
  answers: number;
}

export interface ModelUse {
  model: string;
  microUsd: number;
  /** Before the last hour, with models that cost at least a third of this one, as far as it was counted. */
  alikeRequests: number;
  alikeMicroUsd: number;
}

/** A fortnight without use is no reason to stop somebody's first dollars. */
const HOUR_FLOOR_MICRO_USD = 5_000_000;
const HOUR_TIMES = 6;
/** A model is much dearer if it costs more than this many times any model the key was used with. */
export const DEARER_TIMES = 3;
export const BURST_FLOOR_MICRO_USD = 2_000_000;
const BURST_TIMES = 3;
/** Up to so many requests with it, and so much money, a model was only tried: as a thief tries a key. */
export const PROBE_REQUESTS = 3;
const PROBE_MICRO_USD = 250_000;
/** With fewer requests before, nothing is usual yet. */
export const USUAL_REQUESTS = 20;
export const MANY_REFUSALS = 20;

/** What is unusual about the use of a key, the plainest first; null if nothing is. */
export function unusualUse(use: KeyUse): Exclude<KeyPause, { reason: "owner" }> | null {
  const { hourMicroUsd, busiestMicroUsd, refusals, answers } = use;
  if (hourMicroUsd > Math.max(HOUR_FLOOR_MICRO_USD, HOUR_TIMES * busiestMicroUsd)) {
    return { reason: "unusual_hour", microUsd: hourMicroUsd, busiestMicroUsd };
  }
  const dearer = use.earlierRequests < USUAL_REQUESTS ? [] : use.models.filter(wasOnlyTried);
  const microUsd = dearer.reduce((sum, model) => sum + model.microUsd, 0);
  const [most] = dearer.toSorted((left, right) => right.microUsd - left.microUsd);
  if (most && microUsd > Math.max(BURST_FLOOR_MICRO_USD, BURST_TIMES * busiestMicroUsd)) {
    return { reason: "dearer_model", microUsd, model: most.model };
  }
  if (refusals >= MANY_REFUSALS && answers === 0) return { reason: "refusals", refusals };
  return null;
}

/** Nothing as dear was used with the key before but for a probe. */
function wasOnlyTried({ alikeRequests, alikeMicroUsd }: ModelUse): boolean {
  return alikeRequests <= PROBE_REQUESTS && alikeMicroUsd <= PROBE_MICRO_USD;
}
