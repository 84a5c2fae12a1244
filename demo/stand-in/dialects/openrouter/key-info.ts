import type { KeyBehaviour } from "../../key-behaviours";

const CREDIT_DOLLARS = 10;

/** Body of `GET /api/v1/key`: https://openrouter.ai/docs/api-reference/limits */
export function keyInfo({ key, behaviour }: { key: string; behaviour: KeyBehaviour }) {
  const usage = behaviour === "no-credit" ? CREDIT_DOLLARS : 2.5;
  return {
    data: {
      label: `${key.slice(0, 12)}...${key.slice(-3)}`,
      limit: CREDIT_DOLLARS,
      limit_remaining: CREDIT_DOLLARS - usage,
      limit_reset: null,
      include_byok_in_limit: false,
      usage,
      usage_daily: 0,
      usage_weekly: 0,
      usage_monthly: usage,
      byok_usage: 0,
      byok_usage_daily: 0,
      byok_usage_weekly: 0,
      byok_usage_monthly: 0,
      is_free_tier: false,
      is_management_key: false,
      is_provisioning_key: false,
      expires_at: null,
      creator_user_id: "user_2StandIn",
      rate_limit: {
        requests: -1,
        interval: "10s",
        note: "This field is deprecated and safe to ignore.",
      },
    },
  };
}
