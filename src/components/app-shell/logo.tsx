import { cn } from "@/lib/cn";

/** The seating of an orchestra from above: two rows of players around the one who decides. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.6"
      strokeLinecap="round"
      aria-hidden
      className={cn("size-6 shrink-0 text-accent", className)}
    >
      <path d="M3.3 23.5a12.7 12.7 0 0 1 25.4 0" opacity=".45" />
      <path d="M8.4 23.5a7.6 7.6 0 0 1 15.2 0" />
      <circle cx="16" cy="23.4" r="2.7" fill="currentColor" stroke="none" />
    </svg>
  );
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cn("inline-flex items-center gap-2", className)}>
      <LogoMark />
      <span className="font-display text-lg font-semibold tracking-[-0.01em]">Orchestral</span>
    </span>
  );
}
