import "server-only";
import { sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { readLimits } from "./read-limits";

/** Micro-dollars a key may spend in a day, a week and a month; absent where there is no limit. */
export type MoneyOfKey = Partial<Record<"day" | "week" | "month", number>>;

/**
 * What the actor lets each of their keys spend, by the key's id; with what a running window was raised by.
 */
export async function moneyLimitsOfKeys({ userId }: Actor): Promise<Map<string, MoneyOfKey>> {
  const limits = await readLimits(
    sql`l.owner_kind = 'person' and l.owner_id = ${userId} and l.scope_kind = 'key'
      and l.measure = 'micro_usd' and l.period in ('day', 'week', 'month')`,
    null,
  );
  const ofKeys = new Map<string, MoneyOfKey>();
  for (const { scope, period, amount, window } of limits) {
    if (scope.id === null) continue;
    const ofKey = ofKeys.get(scope.id) ?? {};
    ofKeys.set(scope.id, { ...ofKey, [period]: amount + (window?.raised ?? 0) });
  }
  return ofKeys;
}
