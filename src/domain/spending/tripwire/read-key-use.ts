import "server-only";
import type { TripwireAction } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import { runStatement } from "@/lib/db/run-statement";
import {
  BURST_FLOOR_MICRO_USD,
  DEARER_TIMES,
  type KeyUse,
  MANY_REFUSALS,
  PROBE_REQUESTS,
  USUAL_REQUESTS,
} from "./unusual-use";

/** A key whose use may be unusual. */
export interface WatchedKey extends KeyUse {
  keyId: string;
  userId: string;
  provider: ProviderId;
  label: string;
  last4: string;
  tripwire: Exclude<TripwireAction, "off">;
  /** Watched for less than a day: nothing is usual yet. */
  isNew: boolean;
}

/** What a provider refuses a key for: unknown, not allowed, no credit, too often. */
const REFUSALS = [
  "provider_key_invalid",
  "provider_key_forbidden",
  "provider_credit_exhausted",
  "provider_rate_limited",
];

/**
 * Of the keys used lately, those that spent enough in the last hour, or were refused often enough, to look at
 * what they did before. Most keys cost one look at their last hour in an index. Hours are those of UTC.
 * What was spent before a key was resumed or replaced (`counted_from`) belongs to what is usual, but not what
 * led to a pause that ended with a replacement (`watched_from`). Nothing else looks at a key's whole history
 * than the look for models as dear, which ends at the first few requests that were.
 */
const READ = `
  with watched as (
    select k.id, k.user_id, k.provider, k.label, k.last4, k.tripwire,
      coalesce(k.watched_from, k.created_at) as since,
      greatest(now() - interval '1 hour', k.counted_from) as hour_from
    from user_ai_api_keys k
    where k.tripwire in ('tell', 'pause') and k.paused_at is null and k.previous_of is null
      and k.last_used_at > now() - interval '3 hours' and ($1::uuid[] is null or k.id = any($1::uuid[]))
  ), looked_at as (
    select w.*, h.* from watched w cross join lateral (
      select coalesce(sum(e.cost_micro_usd), 0)::float8 as hour_micro_usd,
        count(*) filter (where e.error_code = any($2::text[]) and e.at > now() - interval '10 minutes')::int as refusals,
        count(*) filter (where e.outcome = 'completed' and e.at > now() - interval '10 minutes')::int as answers
      from usage_events e where e.key_id = w.id and e.at > w.hour_from
    ) h
    where h.hour_micro_usd > ${BURST_FLOOR_MICRO_USD} or (h.refusals >= ${MANY_REFUSALS} and h.answers = 0)
  )
  select l.id as "keyId", l.user_id as "userId", l.provider, l.label, l.last4, l.tripwire,
    l.since > now() - interval '24 hours' as "isNew",
    l.hour_micro_usd as "hourMicroUsd", l.refusals, l.answers,
    (select coalesce(max(hours.spent), 0)::float8 from (
      select sum(e.cost_micro_usd) as spent from usage_events e
      where e.key_id = l.id and e.at <= l.hour_from and e.at > greatest(l.hour_from - interval '14 days', l.since)
      group by date_trunc('hour', e.at at time zone 'UTC')
    ) hours) as "busiestMicroUsd",
    (select count(*)::int from (
      select 1 from usage_events e where e.key_id = l.id and e.at <= l.hour_from and e.at > l.since
      limit ${USUAL_REQUESTS}
    ) earlier) as "earlierRequests",
    (select coalesce(jsonb_agg(jsonb_build_object('model', m.model, 'microUsd', m.spent,
        'alikeRequests', a.requests, 'alikeMicroUsd', a.spent)), '[]'::jsonb)
      from (
        select e.model, coalesce(sum(e.cost_micro_usd), 0) as spent, max((e.price->>'output')::numeric) as output_price
        from usage_events e where e.key_id = l.id and e.at > l.hour_from and e.price is not null
        group by e.model
      ) m cross join lateral (
        select count(*)::int as requests, coalesce(sum(alike.cost_micro_usd), 0) as spent from (
          select e.cost_micro_usd from usage_events e
          where e.key_id = l.id and e.at <= l.hour_from and e.at > l.since
            and (e.price->>'output')::numeric * ${DEARER_TIMES} >= m.output_price
          order by e.at desc limit ${PROBE_REQUESTS + 1}
        ) alike
      ) a
    ) as models
  from looked_at l`;

/** @param only these keys */
export async function readKeyUse(only?: readonly string[]): Promise<WatchedKey[]> {
  return runStatement<WatchedKey>(READ, [only ?? null, REFUSALS]);
}
