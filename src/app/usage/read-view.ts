import { cookies } from "next/headers";
import { type UsageView, VIEW_PERIODS } from "@/components/usage/usage-view";
import {
  isTimeZone,
  operatorUsageQuerySchema,
  USAGE_BUCKETS,
  type UsageGrouping,
  type UsageQuery,
  usageQuerySchema,
} from "@/contracts/usage-report";
import { datesOf, periodOfDates, periodUntilToday } from "@/domain/spending/reports/calendar-periods";
import { TIME_ZONE_COOKIE } from "@/lib/time-zone";

export interface RequestedView {
  view: UsageView;
  query: UsageQuery;
  timeZone: string;
  /** What was asked for and cannot be shown; the view is another then. */
  problem: string | null;
}

/** What an address of a usage page asks for. */
export async function readView(
  params: Record<string, string | string[] | undefined>,
  groupings: readonly [UsageGrouping, ...UsageGrouping[]],
  now: Date,
): Promise<RequestedView> {
  const text = (name: string) => (typeof params[name] === "string" ? params[name] : undefined);
  const named = text("timeZone");
  const kept = decoded((await cookies()).get(TIME_ZONE_COOKIE)?.value);
  const timeZone = [named, kept].find((zone) => zone !== undefined && isTimeZone(zone)) ?? "UTC";
  const wanted = VIEW_PERIODS.find((name) => name === text("period")) ?? "7d";
  const custom =
    wanted === "custom" ? periodOfDates(text("first") ?? "", text("last") ?? "", timeZone) : null;
  const period = wanted === "custom" ? (custom ? "custom" : "7d") : wanted;
  const range = custom ?? periodUntilToday(period === "custom" ? "7d" : period, timeZone, now);
  const view: UsageView = {
    period,
    ...datesOf(range, timeZone),
    groupBy: groupings.find((name) => name === text("groupBy")) ?? groupings[0],
    bucket: USAGE_BUCKETS.find((name) => name === text("bucket")),
    filter: Object.fromEntries(
      groupings.map((name) => [name, text(name)] as const).filter(([, value]) => value !== undefined),
    ),
    timeZone: named === timeZone ? named : undefined,
  };
  const schema = groupings.includes("person") ? operatorUsageQuerySchema : usageQuerySchema;
  const parsed = schema.safeParse({
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    timeZone,
    groupBy: view.groupBy,
    bucket: view.bucket,
    ...view.filter,
  });
  const problem =
    wanted === "custom" && !custom
      ? "Choose a first and a last day."
      : (parsed.error?.issues[0]?.message ?? null);
  if (parsed.success) return { view, query: parsed.data, timeZone, problem };
  const instead = await readView({ groupBy: view.groupBy, timeZone: view.timeZone }, groupings, now);
  return { ...instead, problem };
}

function decoded(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
