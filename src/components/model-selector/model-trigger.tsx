"use client";

import { ChevronDown, KeyRound, Server, TriangleAlert } from "lucide-react";
import { cn } from "@/lib/cn";
import { describeSelection } from "./describe-selection";
import { useModelSelection } from "./model-selection-store";
import { useAiKeys } from "./use-ai-keys";
import { useModelGroups } from "./use-model-groups";

/**
 * Says which model answers the next message and whose key pays for it, and opens the modal to change it. Stands in the
 * header and beside the send button, and must say the same in both. A key that was recently rejected is marked, and used all the same.
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
  /** Shows a sign instead of the payer's words where there is little room; the accessible name keeps them. */
  isCompact?: boolean;
  className?: string;
}) {
  const selection = useModelSelection();
  const { groups } = useModelGroups();
  const { keys } = useAiKeys();
  const { model, payer, payerWords, problem, warning } = describeSelection(selection, groups, keys);
  const [name = "", ending] = payerWords.split(/ (?=···)/);
  const isDoubtful = problem !== null || warning !== null;
  const PayerIcon = payer === "platform" ? Server : KeyRound;
  return (
    <button
      type="button"
      // Holds the visible words as they stand there, so that the button can also be spoken to (WCAG 2.5.3).
      aria-label={`Model: ${model}, ${payerWords}. ${problem ? `Not available: ${problem} ` : ""}Change model`}
      aria-haspopup="dialog"
      title={problem ?? warning ?? undefined}
      onClick={onOpen}
      onPointerEnter={onPreload}
      onFocus={onPreload}
      className={cn(
        "inline-flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium text-text transition-colors duration-100 hover:bg-surface-hover pointer-coarse:h-10",
        // A long project name beside it gives way, not the payer.
        isCompact && "shrink-0",
        className,
      )}
    >
      {isDoubtful ? <TriangleAlert aria-hidden className="size-4 shrink-0 text-warning-text" /> : null}
      <span className={cn("truncate", isCompact && "max-w-40 sm:max-w-56")}>{model}</span>{" "}
      <span
        className={cn(
          "inline-flex min-w-0 items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-medium",
          isDoubtful
            ? "bg-warning-soft text-warning-text"
            : payer === "person"
              ? "bg-accent-soft text-accent-text"
              : "bg-surface-hover text-text-muted",
          isCompact && "max-w-60 max-sm:hidden",
        )}
      >
        <PayerIcon aria-hidden className="size-3 shrink-0" />
        {/* A long name is cut, not the characters that tell the key. */}
        <span className="truncate">{name.charAt(0).toUpperCase() + name.slice(1)}</span>
        {ending ? <span className="shrink-0">{ending}</span> : null}
      </span>
      {isCompact ? <PayerIcon aria-hidden className="size-4 shrink-0 text-text-muted sm:hidden" /> : null}
      <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-muted" />
    </button>
  );
}
