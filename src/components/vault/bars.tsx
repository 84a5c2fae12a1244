import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

/* Drawn as SVG: widths are attributes there, while our Content-Security-Policy blocks `style` in HTML. */

/** @param parts widths in per cent, with the class that fills each */
function Bar({ parts }: { parts: { width: number; fill: string }[] }) {
  return (
    <svg
      aria-hidden
      preserveAspectRatio="none"
      className="block h-2 w-full overflow-hidden rounded-full bg-surface-hover"
    >
      {parts.map(({ width, fill }, index) => (
        <rect
          key={fill}
          x={`${sumOf(parts.slice(0, index).map((part) => part.width))}%`}
          width={`${width}%`}
          height="100%"
          className={cn("transition-[width,x] duration-500 ease-out", fill)}
        />
      ))}
    </svg>
  );
}

const FILLS = { running: "fill-accent", completed: "fill-success", ended: "fill-border-strong" };

/** A progress bar. @param label its accessible name */
export function ProgressBar({
  label,
  done,
  total,
  tone = "running",
}: {
  label: string;
  done: number;
  total: number;
  tone?: keyof typeof FILLS;
}) {
  const width = percent(done, total);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(width)}
    >
      <Bar parts={[{ width, fill: FILLS[tone] }]} />
    </div>
  );
}

/** How much of a budget is used. */
export function Meter({ label, value, max }: { label: string; value: number; max: number }) {
  const width = percent(value, max);
  return (
    <div role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={max} aria-valuenow={value}>
      <Bar parts={[{ width, fill: width > 50 ? "fill-warning" : "fill-accent" }]} />
    </div>
  );
}

export interface BarPart {
  label: string;
  count: number;
  /** Tailwind classes of the segment and of its mark in the legend. */
  fill: string;
  mark: string;
}

/** The parts of a whole, with the numbers in a legend; the drawing itself is decorative. */
export function StackedBar({
  parts,
  describe,
}: {
  parts: BarPart[];
  describe: (count: number) => ReactNode;
}) {
  const total = sumOf(parts.map(({ count }) => count));
  return (
    <div className="grid gap-2">
      <Bar parts={parts.map(({ count, fill }) => ({ width: percent(count, total), fill }))} />
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-text-muted">
        {parts.map(({ label, count, mark }) => (
          <li key={label} className="flex items-center gap-2">
            <span aria-hidden className={cn("size-2 rounded-full", mark)} />
            <span>
              <span className="font-medium text-text tabular-nums">{describe(count)}</span> {label}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function percent(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, Math.max(0, (part / whole) * 100)) : 0;
}

function sumOf(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
