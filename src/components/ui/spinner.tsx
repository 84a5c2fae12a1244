import { LoaderCircle } from "lucide-react";
import { cn } from "@/lib/cn";

/** A progress indicator. Decorative without `label`. */
export function Spinner({ className, label }: { className?: string; label?: string }) {
  return (
    <span role={label ? "status" : undefined} className={cn("inline-flex", className)}>
      <LoaderCircle aria-hidden className="animate-busy size-4" />
      {label ? <span className="sr-only">{label}</span> : null}
    </span>
  );
}
