import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";
import { fieldClasses } from "./input";

/** Grows with its content up to the caller's `max-h-*`, if the browser supports it. */
export function Textarea({ className, rows = 3, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={rows}
      className={cn(fieldClasses, "field-sizing-content min-h-20 resize-y px-3 py-2", className)}
      {...props}
    />
  );
}
