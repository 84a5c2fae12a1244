import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { timeOf, wholeTimeOf } from "./audit-days";

/**
 * One line of a log, which opens. What is in it is made when it is opened first.
 *
 * @param at the time at its left; null for a sum of a day
 */
export function AuditRow({
  at,
  sentence,
  note,
  children,
}: {
  at: string | null;
  sentence: string;
  note: string;
  children: () => ReactNode;
}) {
  const [wasOpened, setWasOpened] = useState(false);
  return (
    <li className="border-b last:border-b-0">
      <details
        className="group"
        onToggle={(event) => {
          if (event.currentTarget.open) setWasOpened(true);
        }}
      >
        <summary className="grid cursor-pointer list-none grid-cols-[3rem_minmax(0,1fr)_1rem] gap-x-2 px-4 py-2.5 text-sm hover:bg-surface-hover sm:px-5 [&::-webkit-details-marker]:hidden">
          <span className="text-text-muted tabular-nums">
            {at === null ? (
              "Day"
            ) : (
              <time dateTime={at} title={wholeTimeOf(at)}>
                {timeOf(at)}
              </time>
            )}
          </span>
          <span className="min-w-0">
            <span className="block text-pretty wrap-anywhere">{sentence}</span>
            {note === "" ? null : <span className="block wrap-anywhere text-text-muted">{note}</span>}
          </span>
          <ChevronRight
            aria-hidden
            className="mt-0.5 size-4 text-text-muted transition-transform group-open:rotate-90"
          />
        </summary>
        {wasOpened ? <div className="px-4 pt-1 pb-4 sm:px-5 sm:pl-19">{children()}</div> : null}
      </details>
    </li>
  );
}
