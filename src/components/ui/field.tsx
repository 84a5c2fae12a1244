import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Label } from "./label";

/** Props of a control inside a `Field`, so that its hint and error are announced with it. */
interface FieldControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/**
 * A labelled control with an optional hint and an inline error.
 *
 * @param id id of the control; hint and error ids are derived from it
 * @param children receives the props to spread on the control
 */
export function Field({
  id,
  label,
  labelEnd,
  hint,
  error,
  className,
  children,
}: {
  id: string;
  label: ReactNode;
  labelEnd?: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
  className?: string;
  children: (control: FieldControlProps) => ReactNode;
}) {
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  return (
    <div className={cn("grid gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-4">
        <Label htmlFor={id}>{label}</Label>
        {labelEnd}
      </div>
      {children({
        id,
        "aria-describedby": [errorId, hintId].filter(Boolean).join(" ") || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {error ? (
        <p id={errorId} className="text-sm text-danger-text">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={hintId} className="text-sm text-text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
