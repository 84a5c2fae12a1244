"use client";

import { type ComponentProps, createContext, type ReactNode, useContext, useId, useMemo } from "react";
import { cn } from "@/lib/cn";

/* Native radio buttons: arrow keys, form behaviour and the reader's "1 of 3" come from the browser. */

interface RadioGroupState {
  name: string;
  value: string | undefined;
  onValueChange: (value: string) => void;
}
const RadioGroupContext = createContext<RadioGroupState | null>(null);

/** A controlled radio group. Name it with `aria-label` or `aria-labelledby`. */
export function RadioGroup({
  value,
  onValueChange,
  className,
  ...props
}: Omit<ComponentProps<"div">, "onChange"> & {
  value: string | undefined;
  onValueChange: (value: string) => void;
}) {
  const name = useId();
  const state = useMemo(() => ({ name, value, onValueChange }), [name, value, onValueChange]);
  return (
    <RadioGroupContext value={state}>
      <div role="radiogroup" className={cn("grid gap-2", className)} {...props} />
    </RadioGroupContext>
  );
}

function RadioGroupItem({
  value,
  className,
  ...props
}: Omit<ComponentProps<"input">, "type" | "name" | "checked" | "onChange"> & { value: string }) {
  const group = useContext(RadioGroupContext);
  if (!group) throw new Error("RadioGroupItem must stand inside a RadioGroup.");
  return (
    <input
      type="radio"
      name={group.name}
      value={value}
      checked={group.value === value}
      onChange={() => group.onValueChange(value)}
      className={cn(
        "grid size-4 shrink-0 appearance-none place-items-center rounded-full border border-border-strong bg-surface-raised",
        "before:size-1.5 before:scale-0 before:rounded-full before:bg-accent-contrast before:transition-transform before:duration-100",
        "checked:border-accent checked:bg-accent checked:before:scale-100 disabled:opacity-55",
        className,
      )}
      {...props}
    />
  );
}

/**
 * A row with radio button, label and description. The accessible name is the label alone; a
 * description (or the reason why it is disabled) is read after it.
 */
export function RadioCard({
  value,
  label,
  description,
  end,
  disabled = false,
  className,
}: {
  value: string;
  label: ReactNode;
  description?: ReactNode;
  end?: ReactNode;
  disabled?: boolean;
  className?: string;
}) {
  const id = useId();
  return (
    <div
      className={cn(
        "relative flex gap-3 rounded-lg border bg-surface p-3.5 transition-colors duration-100",
        "has-checked:border-accent has-checked:bg-accent-soft/50 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring",
        disabled ? "bg-transparent" : "hover:border-border-strong",
        className,
      )}
    >
      <RadioGroupItem
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={description ? `${id}-description` : undefined}
        className="relative z-1 mt-0.5 focus-visible:outline-none"
      />
      <div className="min-w-0 flex-1">
        {/* The label's ::after spreads over the card, all but the button itself: the whole row is clickable. */}
        <label
          htmlFor={id}
          className={cn(
            "text-sm font-medium after:absolute after:inset-0",
            disabled ? "text-text-muted after:cursor-not-allowed" : "after:cursor-pointer",
          )}
        >
          {label}
        </label>
        {description ? (
          <p id={`${id}-description`} className="mt-0.5 text-sm text-text-muted">
            {description}
          </p>
        ) : null}
      </div>
      {end ? <div className="shrink-0">{end}</div> : null}
    </div>
  );
}
