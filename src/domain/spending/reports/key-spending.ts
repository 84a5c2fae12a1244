import "server-only";
import { sql } from "drizzle-orm";
import type { KeySpending, UsageFigures } from "@/contracts/usage-report";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { runningPeriods } from "./calendar-periods";
import { addFigures, FIGURES, NO_USAGE } from "./figures";
import { GROUP_COLUMN } from "./group-column";
import { groupLabels } from "./group-labels";
import { sumsAndTail } from "./sums-and-tail";
import type { UsageScope } from "./usage-scope";

/**
 * What each key paid for the actor today, this week and this month, by the calendar of a zone; the platform's
 * among them. Saved keys that paid nothing are there too.
 */
export async function keySpending({ userId }: Actor, timeZone: string, now: Date): Promise<KeySpending[]> {
  const scope: UsageScope = { kind: "person", userId };
  const { day, week, month, end } = runningPeriods(timeZone, now);
  const starts = [day, week, month].toSorted((a, b) => a.getTime() - b.getTime());
  const db = await database();
  const rows = await rowsOf<{ id: string; isDay: boolean; isWeek: boolean; isMonth: boolean } & UsageFigures>(
    db,
    sql`select ${GROUP_COLUMN.key} as id, starts_at >= ${day.toISOString()}::timestamptz as "isDay",
        starts_at >= ${week.toISOString()}::timestamptz as "isWeek",
        starts_at >= ${month.toISOString()}::timestamptz as "isMonth", ${FIGURES}
      from ${sumsAndTail(scope, { starts, to: end })}
      group by 1, 2, 3, 4`,
  );
  const saved = await rowsOf<{ id: string }>(
    db,
    sql`select id::text as id from user_ai_api_keys where user_id = ${userId} and previous_of is null`,
  );
  const savedIds = new Set(saved.map(({ id }) => id));
  const ids = [...new Set([...savedIds, ...rows.map(({ id }) => id)])];
  const labels = await groupLabels(scope, "key", ids);
  const spending = new Map<string, KeySpending>(
    ids.map((id) => {
      const { label, detail } = labels.get(id) ?? { label: id, detail: null };
      const isDeleted = id !== "platform" && !savedIds.has(id);
      return [id, { id, label, detail, isDeleted, day: NO_USAGE, week: NO_USAGE, month: NO_USAGE }];
    }),
  );
  for (const { id, isDay, isWeek, isMonth, ...figures } of rows) {
    const key = spending.get(id);
    if (!key) continue;
    if (isDay) key.day = addFigures(key.day, figures);
    if (isWeek) key.week = addFigures(key.week, figures);
    if (isMonth) key.month = addFigures(key.month, figures);
  }
  return [...spending.values()].toSorted(
    (a, b) => b.month.costMicroUsd - a.month.costMicroUsd || a.label.localeCompare(b.label),
  );
}
