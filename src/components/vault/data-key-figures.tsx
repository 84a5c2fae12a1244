import { formatCount } from "@/components/format-count";
import type { VaultStatus } from "@/contracts/vault";
import { Meter } from "./bars";
import { Figures } from "./figures";

/** How many data keys are in which state, and how much of its budget the busiest one has used. */
export function DataKeyFigures({ dataKeys, nonceBudget }: Pick<VaultStatus, "dataKeys" | "nonceBudget">) {
  const { active, decryptOnly, destroyed, unreadable } = dataKeys;
  const { mostSeals, limit } = nonceBudget;
  return (
    <div className="grid gap-5 rounded-xl border bg-surface p-4 sm:p-5">
      <Figures
        figures={[
          { label: "Active", value: formatCount(active) },
          { label: "Decrypt-only", value: formatCount(decryptOnly) },
          { label: "Destroyed", value: formatCount(destroyed) },
          { label: "Unreadable", value: formatCount(unreadable), alarming: unreadable > 0 },
        ]}
      />
      <div className="grid gap-2 border-t pt-4">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
          <p className="font-medium">Values sealed with one key</p>
          <p className="text-text-muted tabular-nums">
            {formatCount(mostSeals)} of {formatCount(limit)}
          </p>
        </div>
        <Meter label="Values sealed with the busiest data key" value={mostSeals} max={limit} />
        <p className="text-sm text-pretty text-text-muted">
          The busiest data key is shown. Each value it seals uses a random number that must not occur twice.
          At the limit, long before that becomes likely, its owner gets a new data key automatically.
        </p>
      </div>
    </div>
  );
}
