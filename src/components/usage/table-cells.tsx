import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

/** A table wider than a phone scrolls by itself, also by keyboard. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- arrow keys scroll what has the focus
      tabIndex={0}
      className="overflow-x-auto rounded-xl border bg-surface"
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{label}</caption>
        {children}
      </table>
    </section>
  );
}

export function HeadRow({ first, rest }: { first: readonly string[]; rest: readonly string[] }) {
  return (
    <thead className="border-b text-xs text-text-muted">
      <tr>
        {first.map((name) => (
          <th key={name} scope="col" className="px-3 py-2.5 text-left font-medium first:pl-4">
            {name}
          </th>
        ))}
        {rest.map((name) => (
          <th
            key={name}
            scope="col"
            className="px-2 py-2.5 text-right font-medium whitespace-nowrap last:pr-4"
          >
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function NumberCell({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <td className={cn("px-2 py-2.5 text-right whitespace-nowrap tabular-nums last:pr-4", className)}>
      {children}
    </td>
  );
}
