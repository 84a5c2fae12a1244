import { Search } from "lucide-react";
import type { KeyboardEvent, RefObject } from "react";
import { Input } from "@/components/ui/input";

/** The search field for models. @param onMove moves to the results */
export function ModelSearch({
  ref,
  query,
  onQueryChange,
  onMove,
  onEnter,
  controls,
}: {
  ref: RefObject<HTMLInputElement | null>;
  query: string;
  onQueryChange: (query: string) => void;
  onMove: () => void;
  /** @returns whether it was handled by the results; otherwise the form is submitted */
  onEnter: () => boolean;
  /** Id of the searched list. */
  controls: string;
}) {
  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") onMove();
    else if (event.key === "Enter" && onEnter()) event.preventDefault();
    else if (event.key === "Escape" && query !== "") onQueryChange("");
    else return;
    // The first Escape clears the field and keeps the dialog open; an arrow does not move the caret.
    if (event.key !== "Enter") event.preventDefault();
  }
  return (
    <div className="relative">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-text-muted"
      />
      <Input
        ref={ref}
        type="search"
        aria-label="Search models"
        aria-controls={controls}
        placeholder="Search, or type a model id"
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={200}
        value={query}
        onChange={(event) => onQueryChange(event.target.value)}
        onKeyDown={onKeyDown}
        className="pl-9 [&::-webkit-search-cancel-button]:grayscale"
      />
    </div>
  );
}
