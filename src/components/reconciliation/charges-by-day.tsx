import { Scale } from "lucide-react";
import { formatDollars } from "@/components/format-dollars";
import { Badge } from "@/components/ui/badge";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { ReconciliationResponse, ReconciliationRow } from "@/contracts/reconciliation";
import { MaskedKey } from "../ai-keys/masked-key";

const PERIODS = [7, 31, 92];

/** A table with a part for each day: what was counted, what was charged, and the difference. */
export function ChargesByDay({
  report,
  days,
  onDays,
  isOperators,
}: {
  report: ReconciliationResponse;
  days: number;
  onDays: (days: number) => void;
  isOperators: boolean;
}) {
  return (
    <div className="grid gap-4">
      <Field id="period" label="Period" className="max-w-48">
        {(control) => (
          <Select {...control} value={days} onChange={(event) => onDays(Number(event.target.value))}>
            {PERIODS.map((each) => (
              <option key={each} value={each}>
                Last {each} days
              </option>
            ))}
          </Select>
        )}
      </Field>
      {report.rows.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<Scale />} title="Nothing to compare" className="py-8">
            {report.sources.length === 0 && report.adminKeys.length === 0
              ? `No provider tells what ${isOperators ? "the platform's keys were" : "your keys were"} charged yet. Add an admin key below, or use an OpenRouter key.`
              : "Nothing was counted or charged in these days."}
          </EmptyState>
        </div>
      ) : (
        <div className="overflow-hidden rounded-xl border bg-surface">
          <table className="w-full text-sm tabular-nums">
            <caption className="sr-only">What was counted and what was charged, by day and key</caption>
            <thead className="text-xs text-text-muted">
              <tr className="[&>th]:px-2 [&>th]:py-2 [&>th]:font-medium sm:[&>th]:px-4">
                <th scope="col" className="text-left">
                  Key
                </th>
                <th scope="col" className="text-right">
                  Counted
                </th>
                <th scope="col" className="text-right">
                  Charged
                </th>
                <th scope="col" className="text-right">
                  Difference
                </th>
              </tr>
            </thead>
            {byDay(report.rows).map(([day, rows]) => (
              <tbody key={day}>
                <tr>
                  <th
                    scope="rowgroup"
                    colSpan={4}
                    className="border-t bg-surface-sunken px-2 py-1.5 text-left text-xs font-medium text-text-muted sm:px-4"
                  >
                    {dayName(day)}
                  </th>
                </tr>
                {rows.map((row) => (
                  <ChargeRow key={row.id} row={row} />
                ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
      {report.otherKeys.map(({ provider, providerName, microUsd }) => (
        <p key={provider} className="text-sm text-text-muted">
          {providerName} also charged {dollars(microUsd)} for keys that are not used here.
        </p>
      ))}
    </div>
  );
}

function ChargeRow({ row }: { row: ReconciliationRow }) {
  const { ours, theirs, gapMicroUsd } = row;
  const name = row.keyLabel || `${row.providerName} key`;
  return (
    <tr className="align-top [&>*]:border-t [&>*]:px-2 [&>*]:py-2.5 sm:[&>*]:px-4">
      <th scope="row" className="text-left font-normal">
        <span className="font-medium wrap-anywhere">{name}</span>
        <span className="block text-xs text-text-muted">
          {row.providerName}
          {row.last4 ? (
            <>
              {" "}
              <MaskedKey last4={row.last4} />
            </>
          ) : null}
        </span>
        <Remarks row={row} />
      </th>
      <td className="text-right whitespace-nowrap">
        {dollars(ours.microUsd)}
        {ours.unpriced > 0 ? (
          <span className="block text-xs whitespace-normal text-text-muted">
            and {ours.unpriced} of unknown cost
          </span>
        ) : null}
      </td>
      <td className="text-right whitespace-nowrap">
        {theirs ? dollars(theirs.microUsd) : <span className="text-text-muted">not told</span>}
        {theirs?.listMicroUsd != null && theirs.listMicroUsd !== theirs.microUsd ? (
          <span className="block text-xs text-text-muted">list {dollars(theirs.listMicroUsd)}</span>
        ) : null}
      </td>
      <td className="text-right whitespace-nowrap">
        {gapMicroUsd === null ? (
          <>
            <span aria-hidden className="text-text-muted">
              –
            </span>
            <span className="sr-only">none</span>
          </>
        ) : (
          difference(gapMicroUsd)
        )}
      </td>
    </tr>
  );
}

function Remarks({ row }: { row: ReconciliationRow }) {
  const { isNotable, isFinal, isAmbiguous, theirs } = row;
  const mayChange = !isFinal && theirs !== null;
  if (!isNotable && !isAmbiguous && !mayChange) return null;
  return (
    <span className="mt-1 flex flex-wrap gap-1">
      {isNotable ? <Badge variant="warning">differs</Badge> : null}
      {isAmbiguous ? <Badge>several keys end alike</Badge> : null}
      {mayChange ? <Badge>may change</Badge> : null}
    </span>
  );
}

function byDay(rows: readonly ReconciliationRow[]): [day: string, rows: ReconciliationRow[]][] {
  return [...Map.groupBy(rows, ({ day }) => day)];
}

const DAY_NAME = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

function dayName(day: string): string {
  return DAY_NAME.format(new Date(day));
}

function dollars(microUsd: number): string {
  return microUsd === 0 ? "$0" : formatDollars(microUsd);
}

/** Signed, from what was counted to what was charged. */
function difference(microUsd: number): string {
  if (microUsd === 0) return "$0";
  const amount = formatDollars(Math.abs(microUsd));
  return `${microUsd > 0 ? "+" : "−"}${amount.startsWith("below") ? amount.replace("below ", "<") : amount}`;
}
