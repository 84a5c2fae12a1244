import "server-only";
import type { UsageFilter, UsageGrouping } from "@/contracts/usage-report";
import { groupLabels } from "./group-labels";
import type { UsageScope } from "./usage-scope";

/** How the groups are called that a filter names, by the filter's name. */
export async function filterNames(scope: UsageScope, filter: UsageFilter): Promise<Record<string, string>> {
  const named = await Promise.all(
    Object.entries(filter).map(async ([name, id]) => {
      if (id === undefined) return null;
      const labels = await groupLabels(scope, name as UsageGrouping, [id]);
      const { label, detail } = labels.get(id) ?? { label: id, detail: null };
      return [name, detail === null ? label : `${label}, ${detail}`] as const;
    }),
  );
  return Object.fromEntries(named.filter((entry) => entry !== null));
}
