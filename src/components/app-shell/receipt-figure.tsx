import { ArrowUp, ChevronDown, KeyRound } from "lucide-react";

/**
 * A drawing of one exchange, for the start page: a question, an answer with its receipt, and the next choice.
 */
export function ReceiptFigure() {
  return (
    <figure
      aria-label="A drawing of a chat: under each answer stands which model gave it and whose key paid."
      className="w-full max-w-md"
    >
      <div aria-hidden className="grid gap-4 rounded-xl border bg-surface p-4 shadow-md select-none sm:p-5">
        <p className="ml-auto max-w-[85%] rounded-lg bg-accent-soft px-3.5 py-2 text-sm text-text">
          Add a debounce helper with a test.
        </p>
        <div className="grid gap-2.5">
          <p className="text-sm">Done. It keeps the last call and can be cancelled.</p>
          <div className="grid gap-px overflow-hidden rounded-md border bg-border font-mono text-xs">
            {["src/debounce.ts", "src/debounce.test.ts"].map((path) => (
              <div key={path} className="flex justify-between bg-surface-sunken px-3 py-1.5">
                <span>{path}</span>
                <span className="text-success-text">written</span>
              </div>
            ))}
          </div>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-text-muted">
            <KeyRound className="size-3.5" />
            <span className="font-medium text-text">Your Anthropic key ···4f2a</span>
            <span>Haiku</span>
            <span className="tabular-nums">1,204 tokens</span>
          </p>
        </div>
        <div className="flex items-center gap-2 rounded-lg border border-border-strong/60 bg-surface-raised py-2 pr-2 pl-3.5 shadow-xs">
          <span className="flex-1 text-sm text-text-muted">Ask for a change</span>
          <span className="flex items-center gap-1 rounded-sm px-1.5 py-1 text-xs font-medium text-text-muted">
            Haiku, your key
            <ChevronDown className="size-3.5" />
          </span>
          <span className="grid size-7 place-items-center rounded-md bg-accent text-accent-contrast">
            <ArrowUp className="size-4" />
          </span>
        </div>
      </div>
    </figure>
  );
}
