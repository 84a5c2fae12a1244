"use client";

import { useState } from "react";
import { countOf, formatCount } from "@/components/format-count";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { KeyRotationSummary } from "@/contracts/vault";
import { ApiError, callApi } from "@/lib/http/api-client";
import { ProgressBar } from "./bars";
import { describeDuration } from "./describe-duration";
import { type Figure, Figures } from "./figures";
import { ROTATION_NAMES, RUNNING_NAMES, rotationNoun, startedByWhom } from "./rotation-names";
import { VAULT_PATH } from "./use-vault-status";

/**
 * The running rotation, or the result of the last one, or that there was none: always in the same layout, so
 * that nothing on the page moves when one begins or ends.
 *
 * @param latest the running one, else the newest of the history
 */
export function RotationCard({
  latest,
  userId,
  now,
  refresh,
}: {
  latest: KeyRotationSummary | null;
  userId: string;
  now: number;
  refresh: () => Promise<void>;
}) {
  const running = latest?.state === "running";
  const title = latest ? (running ? RUNNING_NAMES : ROTATION_NAMES)[latest.kind] : "Nothing has run yet";
  return (
    <section aria-label="Progress" className="grid gap-4 rounded-xl border bg-surface p-4 sm:p-5">
      <div className="flex items-start gap-3">
        <div className="grid min-h-17 min-w-0 flex-1 content-start gap-1">
          <div className="flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1">
            <h3 className="font-medium">{title}</h3>
            {latest?.dryRun ? <Badge variant="outline">Dry run</Badge> : null}
            {latest && !running ? <StateBadge rotation={latest} /> : null}
          </div>
          <p className="text-sm text-pretty wrap-anywhere text-text-muted">
            {latest ? (
              <Line rotation={latest} userId={userId} now={now} />
            ) : (
              "A verification is a good first one: it opens everything once, and shows that every key is where it should be."
            )}
          </p>
        </div>
        {latest && running ? <CancelButton rotation={latest} refresh={refresh} /> : null}
      </div>
      <div className="grid gap-2">
        <ProgressBar
          label={title}
          done={latest?.done ?? 0}
          total={latest?.state === "completed" ? Math.max(latest.done, 1) : (latest?.total ?? 0)}
          tone={running ? "running" : latest?.state === "completed" ? "completed" : "ended"}
        />
        <div className="flex justify-between gap-4 text-sm text-text-muted tabular-nums">
          <p>
            {latest ? `${formatCount(latest.done)} of ${countOf(latest.total, "row")}` : "0 rows"}
            {latest && running && latest.rowsPerSecondLimit !== null
              ? `, at most ${formatCount(latest.rowsPerSecondLimit)} per second`
              : null}
          </p>
          <p className="whitespace-nowrap">
            {latest && latest.total > 0 ? `${Math.floor((latest.done / latest.total) * 100)} %` : null}
          </p>
        </div>
      </div>
      <Figures figures={figuresOf(latest)} className="border-t pt-4" />
    </section>
  );
}

function StateBadge({ rotation }: { rotation: KeyRotationSummary }) {
  if (rotation.state === "cancelled") return <Badge>Cancelled</Badge>;
  return rotation.unreadable + rotation.skipped > 0 ? (
    <Badge variant="warning">Finished, needs attention</Badge>
  ) : (
    <Badge variant="success">Finished</Badge>
  );
}

function Line({ rotation, userId, now }: { rotation: KeyRotationSummary; userId: string; now: number }) {
  if (rotation.state === "running") {
    if (rotation.lastError === null) return `${rotation.step}. Everybody goes on working meanwhile.`;
    return <span className="text-warning-text">Waiting; retries automatically. {rotation.lastError}</span>;
  }
  const ended = rotation.state === "cancelled" ? "Cancelled" : "Finished";
  return (
    <>
      {ended} <RelativeTime at={rotation.finishedAt ?? rotation.startedAt} now={now} />, started{" "}
      {startedByWhom(rotation, userId)}.
    </>
  );
}

function figuresOf(rotation: KeyRotationSummary | null): Figure[] {
  const none = "–";
  const running = rotation?.state === "running";
  return [
    {
      label: rotation?.dryRun ? "Would change" : "Changed",
      value: rotation ? formatCount(rotation.changed) : none,
    },
    {
      label: "Need re-entry",
      value: rotation ? formatCount(rotation.unreadable) : none,
      alarming: (rotation?.unreadable ?? 0) > 0,
    },
    // Rare: only if a key-encryption key was not available.
    ...(rotation && rotation.skipped > 0
      ? [{ label: "Left as they were", value: formatCount(rotation.skipped), alarming: true }]
      : []),
    {
      label: "Rows per second",
      value: rotation?.rate ? formatCount(Math.max(1, rotation.rate)) : none,
    },
    running
      ? {
          label: "Time left",
          // While it waits, the remaining time is unknown.
          value:
            rotation.remainingSeconds === null || rotation.lastError !== null
              ? none
              : describeDuration(rotation.remainingSeconds),
        }
      : { label: "Took", value: rotation ? describeDuration(secondsOf(rotation)) : none },
  ];
}

function secondsOf({ startedAt, finishedAt }: KeyRotationSummary): number {
  return finishedAt === null ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

function CancelButton({ rotation, refresh }: { rotation: KeyRotationSummary; refresh: () => Promise<void> }) {
  const [open, setOpen] = useState(false);
  const noun = rotationNoun(rotation);

  async function cancel() {
    try {
      await callApi(`${VAULT_PATH}/rotations/${rotation.id}`, { method: "DELETE" });
    } catch (error) {
      // It was finished a moment ago; there is nothing left to cancel.
      if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
    }
    await refresh();
  }

  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        Cancel<span className="sr-only"> the {noun}</span>
      </Button>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Cancel this ${noun}?`}
        description={
          rotation.kind === "verify" || rotation.dryRun
            ? "It ends where it is. The next one begins again from the start."
            : "What was done stays. The rest stays under the old keys, which go on opening it, until another rotation takes it up."
        }
        confirmLabel={`Cancel ${noun}`}
        cancelLabel="Keep it running"
        onConfirm={cancel}
      />
    </>
  );
}
