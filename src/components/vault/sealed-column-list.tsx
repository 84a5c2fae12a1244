import { TriangleAlert } from "lucide-react";
import { countOf, formatCount } from "@/components/format-count";
import { Badge } from "@/components/ui/badge";
import type { SealedColumnSummary } from "@/contracts/vault";
import { StackedBar } from "./bars";

/** Display names; a column not listed is shown by its database name. */
const TITLES: Record<string, string> = {
  "user_ai_api_keys.api_key": "API keys",
  "project_secrets.value": "Project secrets",
  "webhooks.secret": "Signing secrets of webhooks",
  "admin_keys.sealed_key": "Admin keys",
};

/** Every kind of sealed value, with its rows by key generation. */
export function SealedColumnList({ columns }: { columns: SealedColumnSummary[] }) {
  return (
    <ul aria-label="Sealed values" className="overflow-hidden rounded-xl border bg-surface">
      {columns.map(({ name, total, current, outdated, earlierFormats, unreadable }) => (
        <li key={name} className="grid gap-3 border-b p-4 last:border-b-0 sm:px-5">
          <div className="grid gap-0.5">
            <div className="flex items-baseline justify-between gap-4 text-sm">
              <p className="min-w-0 font-medium wrap-anywhere">{TITLES[name] ?? name}</p>
              <p className="whitespace-nowrap text-text-muted tabular-nums">{countOf(total, "value")}</p>
            </div>
            {TITLES[name] ? <p className="font-mono text-xs wrap-anywhere text-text-muted">{name}</p> : null}
          </div>
          <StackedBar
            describe={formatCount}
            parts={[
              { label: "current", count: current, fill: "fill-accent", mark: "bg-accent" },
              { label: "outdated", count: outdated, fill: "fill-warning", mark: "bg-warning" },
              {
                label: "earlier format",
                count: earlierFormats,
                fill: "fill-border-strong",
                mark: "bg-border-strong",
              },
            ]}
          />
          {unreadable > 0 ? (
            <p className="flex flex-wrap items-center gap-2 text-sm text-text-muted">
              <Badge variant="warning" className="tabular-nums">
                <TriangleAlert aria-hidden />
                {formatCount(unreadable)} {unreadable === 1 ? "needs" : "need"} re-entry
              </Badge>
              Whoever saved them has to enter them again.
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
