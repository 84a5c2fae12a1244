import { ArrowUp, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { formatCount } from "@/components/format-count";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import { limitAmount, limitInWords } from "@/contracts/limit-words";
import type { LimitMeasure, LimitView } from "@/contracts/spending-limits";
import { LimitMeter } from "./limit-meter";
import { resetWords, scopeWords } from "./limit-words";

export type LimitVerb = "edit" | "raise" | "delete";

/**
 * A limit: what it allows, what is used of it, and when it resets.
 *
 * @param onSelect absent if it is not theirs to change
 */
export function LimitRow({
  limit,
  onSelect,
}: {
  limit: LimitView;
  onSelect?: ((verb: LimitVerb) => void) | undefined;
}) {
  const { measure, amount, period, hard, window } = limit;
  const scope = scopeWords(limit);
  const words = limitInWords({ measure, amount, period });
  const reset = resetWords(limit);
  const allowed = amount + (window?.raised ?? 0);
  const canRaise = measure !== "parallel";
  return (
    <li className="flex items-start gap-3 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <div className="grid min-w-0 flex-1 gap-1.5 text-sm">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{scope}</span>
          <span className="text-text-muted tabular-nums">{words}</span>
          {hard ? null : <Badge variant="outline">Does not refuse</Badge>}
          {window && window.raised > 0 ? (
            <Badge variant="warning">Raised by {limitAmount(measure, window.raised)}</Badge>
          ) : null}
        </p>
        {window ? (
          <>
            <LimitMeter label={`Used of ${words}, ${scope}`} used={usedOf(limit, window)} allowed={allowed} />
            <p className="text-text-muted tabular-nums">
              {partOf(measure, usedOf(limit, window))} of {limitAmount(measure, allowed)}
              {window.reserved > 0 && measure !== "parallel"
                ? `, ${limitAmount(measure, window.reserved)} held for requests in progress`
                : ""}
              {reset ? ` · resets on ${reset}` : ""}
            </p>
          </>
        ) : (
          <p className="text-text-muted">
            Counted for each person alone, where they have no allowance of their own.
          </p>
        )}
      </div>
      {onSelect ? (
        <DropdownMenu
          align="end"
          trigger={
            <Button variant="ghost" size="icon" aria-label={`Actions for the limit of ${words}, ${scope}`}>
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          <DropdownMenuItem onSelect={() => onSelect("edit")}>
            <Pencil aria-hidden /> Edit…
          </DropdownMenuItem>
          {canRaise ? (
            <DropdownMenuItem onSelect={() => onSelect("raise")}>
              <ArrowUp aria-hidden /> Raise once…
            </DropdownMenuItem>
          ) : null}
          <DropdownMenuSeparator />
          <DropdownMenuItem variant="danger" onSelect={() => onSelect("delete")}>
            <Trash2 aria-hidden /> Delete…
          </DropdownMenuItem>
        </DropdownMenu>
      ) : null}
    </li>
  );
}

/** "609" of 1,000 tokens; "$0.60" of $5.00. */
function partOf(measure: LimitMeasure, used: number): string {
  return measure === "micro_usd" ? limitAmount(measure, used) : formatCount(used);
}

/** Of requests at the same time, those in progress. */
function usedOf({ measure }: LimitView, { spent, reserved }: NonNullable<LimitView["window"]>): number {
  return measure === "parallel" ? reserved : spent;
}
