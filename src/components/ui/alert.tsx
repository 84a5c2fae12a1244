import { cva, type VariantProps } from "class-variance-authority";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

const alertVariants = cva(
  "flex gap-2.5 rounded-md border px-3 py-2.5 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0",
  {
    variants: {
      variant: {
        info: "border-accent/25 bg-accent-soft text-accent-text",
        success: "border-success/30 bg-success-soft text-success-text",
        warning: "border-warning/40 bg-warning-soft text-warning-text",
        danger: "border-danger/30 bg-danger-soft text-danger-text",
      },
    },
    defaultVariants: { variant: "info" },
  },
);

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: CircleAlert };

/**
 * A message in the flow of the page. A danger interrupts a screen reader (`role="alert"`), the others wait
 * their turn (`role="status"`); pass `role={undefined}` for an alert that is part of the page from the start.
 */
export function Alert({
  className,
  variant,
  children,
  ...props
}: ComponentProps<"div"> & VariantProps<typeof alertVariants>) {
  const kind = variant ?? "info";
  const Icon = ICONS[kind];
  return (
    <div
      role={kind === "danger" ? "alert" : "status"}
      className={cn(alertVariants({ variant: kind }), className)}
      {...props}
    >
      <Icon aria-hidden />
      <div className="grid min-w-0 flex-1 gap-1 wrap-anywhere">{children}</div>
    </div>
  );
}
