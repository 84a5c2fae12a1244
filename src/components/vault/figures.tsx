import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export interface Figure {
  label: string;
  value: ReactNode;
  /** Highlighted, because something is wrong. */
  alarming?: boolean;
}

/** A row of numbers with their names; two rows on a phone. */
export function Figures({ figures, className }: { figures: Figure[]; className?: string }) {
  return (
    <dl className={cn("grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4", className)}>
      {figures.map(({ label, value, alarming }) => (
        <div key={label} className="flex min-w-0 flex-col-reverse justify-end gap-0.5">
          <dt className="text-xs text-text-muted">{label}</dt>
          <dd className={cn("text-lg font-medium tabular-nums", alarming && "text-danger-text")}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
