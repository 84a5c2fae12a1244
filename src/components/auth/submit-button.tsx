"use client";

import type { ComponentProps } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { useHydrated } from "./use-hydrated";

/** The submit button of a form that is in the server's HTML. */
export function SubmitButton({ className, ...props }: ComponentProps<typeof Button>) {
  const hydrated = useHydrated();
  return (
    <Button
      type="submit"
      variant="primary"
      {...props}
      disabled={!hydrated}
      // Not greyed until hydrated: it would flicker on every load.
      className={cn(!hydrated && "opacity-100!", className)}
    />
  );
}
