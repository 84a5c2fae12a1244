/** What usage is summed up by, beside time; columns of `usage_sums` and `usage_tail`. */
export const KEY_COLUMNS = [
  "owner_kind",
  "owner_id",
  "user_id",
  "key_id",
  "provider",
  "model",
  "project_id",
  "purpose",
] as const;

/** What is added up. */
export const SUM_COLUMNS = [
  "requests",
  "unpriced",
  "at_least",
  "input_tokens",
  "cached_input_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "cost_micro_usd",
] as const;
