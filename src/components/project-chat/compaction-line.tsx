import { ChevronRight, FoldVertical } from "lucide-react";
import { useState } from "react";
import { formatCount } from "@/components/format-count";
import { Button } from "@/components/ui/button";
import type { Compaction } from "@/contracts/compaction";
import { ApiError } from "@/lib/http/api-client";
import { formatCost } from "./receipt";

/**
 * Says that the older messages were summarised for the model before this answer. Opens to the summary, what
 * it took, and a button that undoes it for the messages to come.
 *
 * @param onUndo rejects with ApiError
 */
export function CompactionLine({
  compaction,
  isBusy,
  onUndo,
}: {
  compaction: Compaction;
  isBusy: boolean;
  onUndo: (isUndone: boolean) => Promise<void>;
}) {
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { state, summary, isUndone = false } = compaction;
  const took = tookOf(compaction);
  if (state !== "done" || summary === undefined) {
    return (
      <p className="text-xs text-text-muted">
        {["Earlier messages could not be summarised, so all of them were sent", took]
          .filter(Boolean)
          .join(" · ")}
      </p>
    );
  }

  async function change() {
    setIsPending(true);
    setProblem(null);
    try {
      await onUndo(!isUndone);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setIsPending(false);
    }
  }

  return (
    <details className="group/compaction text-xs text-text-muted">
      <summary className="-mx-1 inline-flex min-h-8 max-w-full cursor-pointer list-none items-center gap-2 rounded-sm px-1 transition-colors duration-100 hover:text-text [&::-webkit-details-marker]:hidden">
        <FoldVertical aria-hidden className="size-3.5 shrink-0" />
        {isUndone
          ? "The summary of earlier messages is undone: they are sent whole again"
          : "Earlier messages were summarised for the model to save context"}
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 transition-transform duration-100 group-open/compaction:rotate-90"
        />
      </summary>
      <div className="mt-1 overflow-hidden rounded-lg border bg-surface">
        <div
          // It scrolls, so it must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          role="group"
          aria-label="Summary of earlier messages"
          className="max-h-72 overflow-auto overscroll-contain bg-surface-sunken px-3 py-2 text-sm wrap-anywhere whitespace-pre-wrap focus-visible:-outline-offset-2"
        >
          {summary}
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-3 py-2">
          <p className="min-w-0 flex-1 basis-60 tabular-nums">
            {["Your own messages are still sent word for word.", took].filter(Boolean).join(" ")}
          </p>
          <Button size="sm" pending={isPending} disabled={isBusy} onClick={() => void change()}>
            {isUndone ? "Redo" : "Undo"}
          </Button>
        </div>
        {problem ? (
          <p role="alert" className="px-3 pb-2 text-danger-text">
            {problem}
          </p>
        ) : null}
      </div>
    </details>
  );
}

/** "1,204 tokens · about $0.0013"; empty if nothing is known. */
function tookOf({ usage, cost }: Compaction): string {
  return [
    usage ? `${formatCount(usage.inputTokens + usage.outputTokens)} tokens` : "",
    cost ? formatCost(cost) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
