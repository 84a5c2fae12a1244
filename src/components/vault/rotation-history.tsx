import { History } from "lucide-react";
import { formatCount } from "@/components/format-count";
import { Badge } from "@/components/ui/badge";
import { EmptyState } from "@/components/ui/empty-state";
import { RelativeTime } from "@/components/ui/relative-time";
import type { KeyRotationSummary } from "@/contracts/vault";
import { cn } from "@/lib/cn";
import { ROTATION_NAMES, startedByWhom } from "./rotation-names";

/** The latest rotations and verifications, newest first. @param now the server's clock in milliseconds */
export function RotationHistory({
  history,
  userId,
  now,
}: {
  history: KeyRotationSummary[];
  userId: string;
  now: number;
}) {
  if (history.length === 0) {
    return (
      <div className="rounded-xl border border-dashed bg-surface">
        <EmptyState icon={<History />} title="No rotation yet" className="py-8">
          What you start is listed here with what it did.
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="overflow-hidden rounded-xl border bg-surface">
      <table className="w-full text-sm">
        <caption className="sr-only">The latest rotations and verifications</caption>
        <thead className="border-b text-xs text-text-muted">
          <tr>
            <th scope="col" className="px-4 py-2.5 text-left font-medium">
              What
            </th>
            <HeadCell className="max-sm:hidden">Rows</HeadCell>
            <HeadCell>Changed</HeadCell>
            <HeadCell className="pr-4">Re-entry</HeadCell>
          </tr>
        </thead>
        <tbody>
          {history.map((rotation) => (
            <tr key={rotation.id} className="border-b align-top last:border-b-0">
              <th scope="row" className="px-4 py-3 text-left font-normal">
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <span className="font-medium">{ROTATION_NAMES[rotation.kind]}</span>
                  {rotation.dryRun ? <Badge variant="outline">Dry run</Badge> : null}
                  <StateBadge state={rotation.state} />
                </span>
                <span className="mt-0.5 block text-text-muted">
                  <RelativeTime at={rotation.startedAt} now={now} /> {startedByWhom(rotation, userId)}
                </span>
              </th>
              <Cell className="max-sm:hidden">{formatCount(rotation.done)}</Cell>
              <Cell>{formatCount(rotation.changed)}</Cell>
              <Cell className={cn("pr-4", rotation.unreadable > 0 && "font-medium text-danger-text")}>
                {formatCount(rotation.unreadable)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StateBadge({ state }: { state: KeyRotationSummary["state"] }) {
  if (state === "running") return <Badge variant="accent">Running</Badge>;
  return state === "cancelled" ? <Badge>Cancelled</Badge> : null;
}

function HeadCell({ className, children }: { className?: string; children: string }) {
  return (
    <th scope="col" className={cn("px-2 py-2.5 text-right font-medium whitespace-nowrap", className)}>
      {children}
    </th>
  );
}

function Cell({ className, children }: { className?: string; children: string }) {
  return <td className={cn("px-2 py-3 text-right whitespace-nowrap tabular-nums", className)}>{children}</td>;
}
