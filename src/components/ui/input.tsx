import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/* 16 px on a phone: below that iOS zooms the page into the field. */
export const fieldClasses = [
  "w-full min-w-0 rounded-md border border-border-strong bg-surface-raised text-[1rem] text-text shadow-xs sm:text-sm",
  "transition-colors duration-100 hover:border-text-muted disabled:opacity-60 disabled:hover:border-border-strong",
  "focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-ring/45",
  "aria-invalid:border-danger aria-invalid:focus-visible:outline-danger/40",
].join(" ");

export function Input({ className, type = "text", ...props }: ComponentProps<"input">) {
  return <input type={type} className={cn(fieldClasses, "h-10 px-3 sm:h-9", className)} {...props} />;
}
