import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

/** Shown instead of an empty list: why it is empty and what to do about it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
  className,
}: {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn("flex flex-col items-center gap-2 px-6 py-12 text-center", className)}>
      {icon ? (
        <div
          aria-hidden
          className="mb-2 grid size-11 place-items-center rounded-lg border bg-surface text-text-muted shadow-xs [&_svg]:size-5"
        >
          {icon}
        </div>
      ) : null}
      <p className="font-semibold text-text">{title}</p>
      {children ? <div className="max-w-sm text-sm text-balance text-text-muted">{children}</div> : null}
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}
