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
  /** Shortens the payer's words where there is little room; the accessible name keeps them. */
  isCompact?: boolean;
  className?: string;
}) {
  const selection = useModelSelection();
  const { options } = useModelOptions();
  const { keys } = useAiKeys();
  const { model, payer, last4, problem } = describeSelection(selection, options, keys);
  return (
    <button
      type="button"
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
      {/* The name is made of what is seen and of hidden words between, so that it can also be spoken as it is read
          (WCAG 2.5.3): "Model: Haiku, your key ending in wxyz. Change model". */}
      {problem ? <TriangleAlert aria-hidden className="size-4 shrink-0 text-warning-text" /> : null}
      <span className="truncate">
        <span className="sr-only">Model: </span>
        {model}
        <span className="sr-only">, </span>
      </span>
      <span
        className={cn(
          "truncate rounded-sm px-1.5 py-0.5 text-xs font-medium first-letter:uppercase",
          problem
            ? "bg-warning-soft text-warning-text"
            : payer === "personal"
              ? "bg-accent-soft text-accent-text"
              : "bg-surface-hover text-text-muted",
        )}
      >
        {payer === "platform" ? (
          <>
            platform<span className={isCompact ? "max-sm:sr-only" : undefined}> key</span>
          </>
        ) : (
          <>
            <span className={isCompact && last4 ? "max-sm:sr-only" : undefined}>your key </span>
            {last4 ? (
              <>
                <span aria-hidden>···</span>
                <span className="sr-only">ending in </span>
                {last4}
              </>
            ) : null}
          </>
        )}
      </span>
      <span className="sr-only">. {problem ? `Not available: ${problem} ` : ""}Change model</span>
      <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-muted" />
    </button>
  );
}
