import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui/slot";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";
import { Spinner } from "./spinner";

/** For an element that looks like a button but is not one, such as a `Link`. */
export const buttonVariants = cva(
  [
    "relative inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap font-medium",
    "rounded-md border transition-[background-color,border-color,color] duration-100",
    "disabled:opacity-55 aria-disabled:opacity-55",
    "[&_svg]:size-4 [&_svg]:shrink-0",
  ],
  {
    variants: {
      variant: {
        primary:
          "bg-accent text-accent-contrast shadow-xs enabled:hover:bg-accent-hover [a&]:hover:bg-accent-hover",
        secondary:
          "border-border-strong/60 bg-surface text-text shadow-xs enabled:hover:bg-surface-hover [a&]:hover:bg-surface-hover",
        ghost:
          "border-transparent text-text-muted enabled:hover:bg-surface-hover enabled:hover:text-text [a&]:hover:bg-surface-hover [a&]:hover:text-text aria-expanded:bg-surface-hover aria-expanded:text-text",
        danger: "border-transparent bg-danger text-danger-contrast shadow-xs enabled:hover:bg-danger-hover",
        "danger-ghost": "border-transparent text-danger-text enabled:hover:bg-danger-soft",
        link: "h-auto! border-transparent px-0! text-accent-text underline decoration-accent-text/40 underline-offset-3 enabled:hover:decoration-current",
      },
      size: {
        sm: "h-8 px-3 text-sm pointer-coarse:h-9",
        md: "h-9 px-4 text-sm pointer-coarse:h-10",
        lg: "h-11 px-5 text-base",
        /* 40 px to the finger, 32 px to the mouse. */
        icon: "size-8 pointer-coarse:size-10",
      },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

type ButtonProps = ComponentProps<"button"> &
  VariantProps<typeof buttonVariants> & {
    /** Renders the one child element (a `Link`, say) with the button's looks. */
    asChild?: boolean;
    /**
     * Shows a spinner over the label and ignores clicks. The width stays; focus stays too, so no `disabled`.
     */
    pending?: boolean;
  };

/** An icon button; its label is its accessible name and its tooltip. */
export function IconButton({ label, ...props }: { label: string } & ButtonProps) {
  return <Button variant="ghost" size="icon" aria-label={label} title={label} {...props} />;
}

export function Button({
  className,
  variant,
  size,
  asChild = false,
  pending = false,
  type = "button",
  children,
  onClick,
  ...props
}: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) {
    return (
      <Slot className={classes} onClick={onClick} {...props}>
        {children}
      </Slot>
    );
  }
  return (
    <button
      type={type}
      className={classes}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={
        pending
          ? (event) => {
              // A disabled button would lose the keyboard focus to <body>; this one only ignores the second
              // click.
              event.preventDefault();
            }
          : onClick
      }
      {...props}
    >
      <span className={cn("inline-flex items-center gap-2", pending && "opacity-0")}>{children}</span>
      {pending ? <Spinner className="absolute" /> : null}
    </button>
  );
}
