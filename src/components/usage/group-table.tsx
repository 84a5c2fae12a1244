import Link from "next/link";
import { formatCount } from "@/components/format-count";
import type { UsageReport } from "@/contracts/usage-report";
import { cn } from "@/lib/cn";
import { costText } from "./cost-text";
import { CHART_SWATCHES, colourOf } from "./group-colours";
import { GROUPING_NAMES } from "./grouping-names";
import { HeadRow, NumberCell, TableFrame } from "./table-cells";
import { hrefOf, type UsageView } from "./usage-view";

/** The groups of a report; choosing one shows it alone. */
export function GroupTable({ path, view, report }: { path: string; view: UsageView; report: UsageReport }) {
  const name = GROUPING_NAMES[report.groupBy];
  return (
    <TableFrame label={`Usage by ${name.toLowerCase()}`}>
      <HeadRow first={[name]} rest={["Requests", "Input", "Cached", "Output", "Spending"]} />
      <tbody>
        {report.groups.map(({ id, label, detail, totals }, index) => (
          <tr key={id} className="border-b last:border-b-0">
            <th scope="row" className="max-w-60 min-w-36 py-2.5 pr-3 pl-4 text-left font-normal">
              <GroupName
                {...{ label, detail, index }}
                href={
                  view.filter[report.groupBy] === id
                    ? null
                    : hrefOf(path, { ...view, filter: { ...view.filter, [report.groupBy]: id } })
                }
              />
            </th>
            <NumberCell>{formatCount(totals.requests)}</NumberCell>
            <NumberCell>{formatCount(totals.inputTokens)}</NumberCell>
            <NumberCell>{formatCount(totals.cachedInputTokens)}</NumberCell>
            <NumberCell>{formatCount(totals.outputTokens)}</NumberCell>
            <NumberCell className="font-medium">{costText(totals)}</NumberCell>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

/** @param href shows it alone; null if it is */
function GroupName({
  label,
  detail,
  index,
  href,
}: {
  label: string;
  detail: string | null;
  index: number;
  href: string | null;
}) {
  return (
    <span className="flex items-start gap-2">
      <span
        aria-hidden
        className={cn("mt-1.5 size-2.5 shrink-0 rounded-xs", CHART_SWATCHES[colourOf(index)])}
      />
      <span className="min-w-0">
        {href === null ? (
          <span className="font-medium wrap-anywhere">{label}</span>
        ) : (
          <Link
            href={href}
            scroll={false}
            prefetch={false}
            className="font-medium wrap-anywhere underline decoration-text/25 underline-offset-3 hover:decoration-current"
          >
            {label}
          </Link>
        )}
        {detail ? <span className="block text-xs wrap-anywhere text-text-muted">{detail}</span> : null}
      </span>
    </span>
  );
}
