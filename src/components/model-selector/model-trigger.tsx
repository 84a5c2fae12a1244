"use client";

import { ChevronDown, KeyRound, Server, TriangleAlert } from "lucide-react";
import { cn } from "@/lib/cn";
import { describeSelection } from "./describe-selection";
import { useAiKeys } from "./use-ai-keys";
import { useModelGroups } from "./use-model-groups";
import { useModelSelection } from "./use-model-selection";

/**
 * Shows which model answers the next message and whose key pays for it, and opens the modal to change it.
 * Used in the header and next to the send button, with the same text. A recently rejected key is marked, but
 * still used.
 *
 * @param onPreload called when a click is likely, to preload the modal's code
 */
export function ModelTrigger({
  onOpen,
  onPreload,
  isCompact = false,
  className,
}: {
  onOpen: () => void;
  onPreload: () => void;
  /** Shows an icon instead of the payer's text to save room; the accessible name keeps the text. */
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
      // Contains the visible text, so that speech input can name the button (WCAG 2.5.3).
      aria-label={`Model: ${model}, ${payerWords}. ${problem ? `Not available: ${problem} ` : ""}Change model`}
      aria-haspopup="dialog"
      title={problem ?? warning ?? undefined}
      onClick={onOpen}
      onPointerEnter={onPreload}
      onFocus={onPreload}
      className={cn(
        "inline-flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium text-text transition-colors duration-100 hover:bg-surface-hover pointer-coarse:h-10",
        // A long project name shrinks, not the payer.
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
        {/* A long name is truncated, not the characters that identify the key. */}
        <span className="truncate">{name.charAt(0).toUpperCase() + name.slice(1)}</span>
        {ending ? <span className="shrink-0">{ending}</span> : null}
      </span>
      {isCompact ? <PayerIcon aria-hidden className="size-4 shrink-0 text-text-muted sm:hidden" /> : null}
      <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-muted" />
    </button>
  );
}
