"use client";

import { useState } from "react";
import { formatCount } from "@/components/format-count";
import { Button } from "@/components/ui/button";
import type { UsageReport } from "@/contracts/usage-report";
import { usageRowsOf } from "@/contracts/usage-rows";
import { costText } from "./cost-text";
import { GROUPING_NAMES } from "./grouping-names";
import { bucketLabel } from "./local-time";
import { HeadRow, NumberCell, TableFrame } from "./table-cells";

const AT_ONCE = 40;

/** All that the chart shows, as a table: the rows that the CSV file has. */
export function FiguresTable({ report }: { report: UsageReport }) {
  const [shown, setShown] = useState(AT_ONCE);
  const rows = usageRowsOf(report);
  return (
    <div className="grid gap-3">
      <TableFrame label="The figures of the chart">
        <HeadRow
          first={["When", GROUPING_NAMES[report.groupBy]]}
          rest={["Requests", "Input", "Cached", "Output", "Spending"]}
        />
        <tbody>
          {rows.slice(0, shown).map(({ at, group, figures }) => (
            <tr key={`${at} ${group.id}`} className="border-b last:border-b-0">
              <th scope="row" className="py-2 pr-3 pl-4 text-left font-normal whitespace-nowrap">
                {bucketLabel(at, report.bucket, report.timeZone)}
              </th>
              <td className="max-w-52 min-w-28 px-3 py-2 wrap-anywhere">{group.label}</td>
              <NumberCell>{formatCount(figures.requests)}</NumberCell>
              <NumberCell>{formatCount(figures.inputTokens)}</NumberCell>
              <NumberCell>{formatCount(figures.cachedInputTokens)}</NumberCell>
              <NumberCell>{formatCount(figures.outputTokens)}</NumberCell>
              <NumberCell>{costText(figures)}</NumberCell>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {rows.length > shown ? (
        <div>
          <Button size="sm" onClick={() => setShown(shown + 10 * AT_ONCE)}>
            Show more of {formatCount(rows.length)} rows
          </Button>
        </div>
      ) : null}
    </div>
  );
}
