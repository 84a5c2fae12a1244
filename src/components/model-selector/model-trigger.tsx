"use client";

import { ChevronDown, TriangleAlert } from "lucide-react";
import { cn } from "@/lib/cn";
import { describeSelection } from "./describe-selection";
import { useModelSelection } from "./model-selection-store";
import { useAiKeys } from "./use-ai-keys";
import { useModelOptions } from "./use-model-options";

/**
 * Says which model answers the next message and whose key pays for it, and opens the modal to change it. Stands in the
 * header and beside the send button, and must say the same in both.
 *
 * @param onPreload called when a click is likely soon, so that the modal's code is there in time
 */
export function ModelTrigger({
  onOpen,
  onPreload,
  isCompact = false,
  className,
}: {
  onOpen: () => void;
  onPreload: () => void;
  /** Leaves the payer's words away where there is no room; the accessible name keeps them. */
  isCompact?: boolean;
  className?: string;
}) {
  const selection = useModelSelection();
  const { options } = useModelOptions();
  const { keys } = useAiKeys();
  const { model, payer, problem, accessibleName } = describeSelection(selection, options, keys);
  return (
    <button
      type="button"
      aria-label={accessibleName}
      aria-haspopup="dialog"
      title={problem ?? undefined}
      onClick={onOpen}
      onPointerEnter={onPreload}
      onFocus={onPreload}
      className={cn(
        "inline-flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium text-text transition-colors duration-100 hover:bg-surface-hover pointer-coarse:h-10",
        className,
      )}
    >
      {problem ? <TriangleAlert aria-hidden className="size-4 shrink-0 text-warning-text" /> : null}
      <span className="truncate">{model}</span>
      <span
        className={cn(
          "truncate rounded-sm px-1.5 py-0.5 text-xs font-medium",
          problem
            ? "bg-warning-soft text-warning-text"
            : selection.provider === "personal"
              ? "bg-accent-soft text-accent-text"
              : "bg-surface-hover text-text-muted",
          isCompact && "max-sm:hidden",
        )}
      >
        {payer}
      </span>
      <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-muted" />
    </button>
  );
}
