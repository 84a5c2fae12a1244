import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { cn } from "@/lib/cn";

/** A message longer than one of these is folded. */
const FOLD_LINES = 14;
const FOLD_CHARACTERS = 1_200;
/** More than the folded height can show: the rest of a very long message need not be laid out. */
const FOLDED_TEXT = 4_000;

/** What a person wrote, as typed. A long message shows its beginning, so that the answers stay in view. */
export function QuestionText({ text }: { text: string }) {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const isLong = text.length > FOLD_CHARACTERS || text.split("\n", FOLD_LINES + 1).length > FOLD_LINES;
  const isFolded = isLong && !isOpen;
  return (
    <div className="max-w-[min(100%,36rem)] overflow-hidden rounded-xl bg-surface-hover">
      <div
        id={id}
        className={cn(
          "px-4 py-2.5 wrap-anywhere whitespace-pre-wrap",
          isFolded && "max-h-60 overflow-hidden mask-[linear-gradient(black_70%,transparent)]",
        )}
      >
        {isFolded ? text.slice(0, FOLDED_TEXT) : text}
      </div>
      {isLong ? (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
          className="flex min-h-8 w-full items-center gap-1.5 px-4 pb-1.5 text-sm font-medium text-text-muted hover:text-text focus-visible:-outline-offset-2 pointer-coarse:min-h-10"
        >
          {isOpen ? "Show less" : "Show more"}
          <ChevronDown
            aria-hidden
            className={cn("size-3.5 transition-transform duration-100", isOpen && "rotate-180")}
          />
        </button>
      ) : null}
    </div>
  );
}
