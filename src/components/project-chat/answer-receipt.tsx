import { useId, useRef } from "react";
import { placeBeside } from "@/components/ui/place-beside";
import { type Receipt, receiptLine, receiptRows } from "./receipt";

/** Who paid for an answer and how much, in one line that expands to the full receipt. */
export function AnswerReceipt({ receipt, note }: { receipt: Receipt; note: string | null }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        className="-mx-1 min-w-0 truncate rounded-sm px-1 py-0.5 text-left text-xs text-text-muted transition-colors duration-100 hover:bg-surface-hover hover:text-text"
      >
        <span className="sr-only">Receipt: </span>
        {[receiptLine(receipt), note].filter(Boolean).join(" · ")}
      </button>
      <div
        id={id}
        popover="auto"
        role="dialog"
        aria-label="Receipt"
        onToggle={(event) => {
          if (event.newState === "open" && button.current) placeBeside(button.current, event.currentTarget);
        }}
        className="fixed inset-auto m-0 w-88 max-w-[calc(100vw-1rem)] rounded-lg border bg-surface-raised p-4 text-sm text-text shadow-lg"
      >
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          {receiptRows(receipt).map(([name, value]) => (
            <div key={`${name}${value}`} className="contents">
              <dt className={name.startsWith("of it") ? "pl-3 text-text-muted" : "text-text-muted"}>
                {name}
              </dt>
              <dd className="min-w-0 text-right wrap-anywhere tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}
