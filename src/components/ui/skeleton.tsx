import { cn } from "@/lib/cn";

/** A grey placeholder with the final size, so that nothing jumps. Hidden from screen readers. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-surface-hover", className)} />;
}
