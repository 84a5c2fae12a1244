import { cn } from "@/lib/cn";

/* Drawn as SVG: widths are attributes there, while our Content-Security-Policy blocks `style` in HTML. */

/** How much of a limit is used. The figures stand below it in words. @param label its accessible name */
export function LimitMeter({ label, used, allowed }: { label: string; used: number; allowed: number }) {
  const percent = allowed > 0 ? Math.min(100, (used / allowed) * 100) : 100;
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(allowed, used, 1)}
      aria-valuenow={used}
      aria-valuetext={`${Math.floor(percent)} percent`}
    >
      <svg
        aria-hidden
        preserveAspectRatio="none"
        className="block h-2 w-full overflow-hidden rounded-full bg-surface-hover"
      >
        <rect
          width={`${percent}%`}
          height="100%"
          className={cn(percent >= 100 ? "fill-danger" : percent >= 80 ? "fill-warning" : "fill-accent")}
        />
      </svg>
    </div>
  );
}
