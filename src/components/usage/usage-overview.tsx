import { ChartColumn } from "lucide-react";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { Alert } from "@/components/ui/alert";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { UsageGrouping, UsageReport } from "@/contracts/usage-report";
import { FiguresTable } from "./figures-table";
import { GroupTable } from "./group-table";
import { GROUPING_NAMES } from "./grouping-names";
import { KeepTimeZone } from "./keep-time-zone";
import { daysLabel } from "./local-time";
import { RequestList } from "./request-list";
import { UsageControls } from "./usage-controls";
import { UsageTotals } from "./usage-totals";
import type { UsageView } from "./usage-view";

const UsageChart = dynamic(() => import("./usage-chart").then((module) => module.UsageChart), {
  loading: () => <Skeleton className="h-84" />,
});

/**
 * A usage page: totals, chart, groups, figures and requests of one period.
 *
 * @param path the page's own
 * @param api where its figures come from: "/api/v1/usage"
 * @param problem what was asked for and is not shown
 * @param children between the groups and the figures
 */
export function UsageOverview({
  path,
  api,
  view,
  groupings,
  report,
  filterNames,
  problem,
  children,
}: {
  path: string;
  api: `/api/${string}`;
  view: UsageView;
  groupings: readonly UsageGrouping[];
  report: UsageReport;
  filterNames: Readonly<Record<string, string>>;
  problem: string | null;
  children?: ReactNode;
}) {
  const { from, to, timeZone, bucket, groupBy } = report;
  const range = new URLSearchParams({ from, to });
  for (const [name, value] of Object.entries(view.filter)) if (value !== undefined) range.set(name, value);
  const shown = new URLSearchParams(range);
  for (const [name, value] of Object.entries({ timeZone, groupBy, bucket })) shown.set(name, value);
  const isEmpty = report.groups.length === 0;
  return (
    <div className="grid gap-8">
      {view.timeZone === undefined ? <KeepTimeZone rendered={timeZone} /> : null}
      <div className="grid gap-4">
        {problem ? <Alert variant="danger">{problem} The last seven days are shown instead.</Alert> : null}
        <UsageControls {...{ path, view, groupings, bucket, filterNames }} csvPath={`${api}.csv?${shown}`} />
      </div>
      <section aria-labelledby="totals" className="grid gap-4">
        <h2 id="totals" className="text-sm text-text-muted">
          {daysLabel(view.first, view.last)}, by the clock of {timeZone.replaceAll("_", " ")}
        </h2>
        <UsageTotals totals={report.totals} />
        {isEmpty ? (
          <div className="rounded-xl border border-dashed bg-surface">
            <EmptyState icon={<ChartColumn />} title="Nothing was used">
              {Object.keys(view.filter).length > 0
                ? "Nothing in this period passes the filter. Remove it, or choose a longer period."
                : "Every request to a provider is counted here as soon as it ends. Choose a longer period to see earlier ones."}
            </EmptyState>
          </div>
        ) : (
          <>
            <UsageChart report={report} />
            <h2 className="mt-2 font-semibold">By {GROUPING_NAMES[groupBy].toLowerCase()}</h2>
            <GroupTable {...{ path, view, report }} />
          </>
        )}
      </section>
      {children}
      {isEmpty ? null : (
        <>
          <section aria-labelledby="figures" className="grid gap-4">
            <div>
              <h2 id="figures" className="font-semibold">
                Figures
              </h2>
              <p className="text-sm text-text-muted">What the chart shows, and what the CSV file has.</p>
            </div>
            <FiguresTable key={shown.toString()} report={report} />
          </section>
          <section aria-labelledby="requests" className="grid gap-4">
            <h2 id="requests" className="font-semibold">
              Requests
            </h2>
            <RequestList key={range.toString()} api={api} range={range.toString()} timeZone={timeZone} />
          </section>
        </>
      )}
    </div>
  );
}
