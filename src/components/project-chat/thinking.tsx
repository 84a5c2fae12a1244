import { Brain, ChevronRight } from "lucide-react";
import { Spinner } from "@/components/ui/spinner";
import { Elapsed } from "./elapsed";

/** A model's thinking before its answer, if its provider shows it. Collapsed at first. */
export function Thinking({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  return (
    <details className="group/thinking overflow-hidden rounded-lg border bg-surface">
      <summary className="flex min-h-8 cursor-pointer list-none items-center gap-2 rounded-md px-2.5 py-1 text-sm text-text-muted hover:text-text focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        {isGrowing ? (
          <Spinner className="shrink-0 text-accent-text" />
        ) : (
          <Brain aria-hidden className="size-4 shrink-0" />
        )}
        Thinking
        {isGrowing ? <Elapsed /> : null}
        <ChevronRight
          aria-hidden
          className="ml-auto size-3.5 shrink-0 transition-transform duration-100 group-open/thinking:rotate-90"
        />
      </summary>
      <div
        // It scrolls, so it must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="group"
        aria-label="What the model thought"
        className="max-h-72 overflow-auto overscroll-contain border-t bg-surface-sunken px-3 py-2 text-sm wrap-anywhere whitespace-pre-wrap text-text-muted focus-visible:-outline-offset-2"
      >
        {text}
      </div>
    </details>
  );
}
