import { cn } from "@/lib/cn";

/** A grey shape with the size of what will stand there, so nothing jumps when it arrives. Hidden from readers. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-surface-hover", className)} />;
}
