import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** Always with `htmlFor`: the label and its control are siblings. */
export function Label({
  className,
  htmlFor,
  children,
  ...props
}: ComponentProps<"label"> & { htmlFor: string }) {
  return (
    <label htmlFor={htmlFor} className={cn("text-sm font-medium text-text", className)} {...props}>
      {children}
    </label>
  );
}
