import "server-only";
import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import type { UsageGrouping, UsageReport } from "@/contracts/usage-report";
import { type UsageRow, usageRowsOf } from "@/contracts/usage-rows";
import { csvText } from "@/lib/csv-text";
import { localTime } from "./calendar-periods";

const GROUP_HEADINGS: Readonly<Record<UsageGrouping, string>> = {
  key: "Key",
  model: "Model",
  person: "Person",
  project: "Project",
  payer: "Paid by",
  provider: "Provider",
  purpose: "Purpose",
};

/**
 * A report as a CSV file (RFC 4180): the rows of the page's table, in its order. A text that a spreadsheet
 * would take for a formula gets an apostrophe before it.
 */
export function reportCsv(report: UsageReport): ReadableStream<Uint8Array> {
  const heading = GROUP_HEADINGS[report.groupBy];
  const file = stringify({
    header: true,
    columns: [
      `Begins (${report.timeZone})`,
      heading,
      `${heading} detail`,
      `${heading} id`,
      "Requests",
      "Requests of unknown cost",
      "Requests of at least this cost",
      "Input tokens",
      "Cached input tokens",
      "Cache write tokens",
      "Output tokens",
      "Reasoning tokens",
      "Cost (USD)",
    ],
    record_delimiter: "windows",
    cast: { string: csvText },
  });
  const lines = Readable.from(usageRowsOf(report).map((row) => lineOf(row, report.timeZone)));
  return Readable.toWeb(lines.pipe(file)) as ReadableStream<Uint8Array>;
}

function lineOf({ at, group, figures }: UsageRow, timeZone: string): (string | number)[] {
  return [
    localTime(new Date(at), timeZone),
    group.label,
    group.detail ?? "",
    group.id,
    figures.requests,
    figures.unpriced,
    figures.atLeast,
    figures.inputTokens,
    figures.cachedInputTokens,
    figures.cacheWriteTokens,
    figures.outputTokens,
    figures.reasoningTokens,
    figures.costMicroUsd / 1_000_000,
  ];
}

/** "usage-2026-11-01-to-2026-11-30.csv" */
export function csvFileName({ from, to, timeZone }: UsageReport): string {
  const last = new Date(new Date(to).getTime() - 1);
  return `usage-${localTime(new Date(from), timeZone).slice(0, 10)}-to-${localTime(last, timeZone).slice(0, 10)}.csv`;
}
