import type { ReactNode } from "react";
import { formatCount } from "@/components/format-count";
import type { UsageFigures } from "@/contracts/usage-report";
import { costNote, costText } from "./cost-text";

export function UsageTotals({ totals }: { totals: UsageFigures }) {
  const cached = [
    totals.cachedInputTokens > 0 ? `${formatCount(totals.cachedInputTokens)} read from a cache` : null,
    totals.cacheWriteTokens > 0 ? `${formatCount(totals.cacheWriteTokens)} written to one` : null,
  ].filter((part) => part !== null);
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-xl border bg-surface shadow-xs sm:grid-cols-4">
      <Figure label="Spending" note={costNote(totals)}>
        {costText(totals)}
      </Figure>
      <Figure label="Requests">{formatCount(totals.requests)}</Figure>
      <Figure label="Input tokens" note={cached.length > 0 ? `of these ${cached.join(", ")}` : null}>
        {formatCount(totals.inputTokens)}
      </Figure>
      <Figure
        label="Output tokens"
        note={
          totals.reasoningTokens > 0 ? `of these ${formatCount(totals.reasoningTokens)} for reasoning` : null
        }
      >
        {formatCount(totals.outputTokens)}
      </Figure>
    </dl>
  );
}

function Figure({ label, note, children }: { label: string; note?: string | null; children: ReactNode }) {
  return (
    <div className="grid content-start gap-0.5 px-4 py-3.5">
      <dt className="text-xs text-text-muted">{label}</dt>
      <dd className="grid gap-0.5">
        <span className="text-lg font-semibold tabular-nums first-letter:uppercase">{children}</span>
        {note ? <span className="text-xs text-pretty text-text-muted">{note}</span> : null}
      </dd>
    </div>
  );
}
