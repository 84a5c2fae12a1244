import { formatDollars } from "@/components/format-dollars";
import { Badge } from "@/components/ui/badge";
import type { KeySpending, UsageFigures } from "@/contracts/usage-report";
import { costText } from "./cost-text";
import { HeadRow, NumberCell, TableFrame } from "./table-cells";

/** Micro-dollars a key may spend in a calendar day, week and month; absent where there is no limit. */
export type KeyLimits = ReadonlyMap<string, Partial<Record<"day" | "week" | "month", number>>>;

/** What each key cost in the periods that run. @param limits by the key's id */
export function KeySpendingTable({ keys, limits }: { keys: readonly KeySpending[]; limits?: KeyLimits }) {
  return (
    <TableFrame label="What each key cost">
      <HeadRow first={["Key"]} rest={["Today", "This week", "This month"]} />
      <tbody>
        {keys.map(({ id, label, detail, isDeleted, ...spending }) => (
          <tr key={id} className="border-b align-top last:border-b-0">
            <th scope="row" className="min-w-36 py-2.5 pr-3 pl-4 text-left font-normal">
              <span className="font-medium wrap-anywhere">{label}</span>
              {detail ? <span className="block text-xs text-text-muted">{detail}</span> : null}
              {isDeleted ? <Badge className="mt-1">Deleted</Badge> : null}
            </th>
            {(["day", "week", "month"] as const).map((period) => (
              <SpendingCell key={period} figures={spending[period]} limit={limits?.get(id)?.[period]} />
            ))}
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

function SpendingCell({ figures, limit }: { figures: UsageFigures; limit: number | undefined }) {
  return (
    <NumberCell>
      {costText(figures)}
      {limit === undefined ? null : (
        <span className="block text-xs text-text-muted">of {formatDollars(limit)}</span>
      )}
    </NumberCell>
  );
}
