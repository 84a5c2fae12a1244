"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "@/components/ui/button";

const SHOWN_MS = 2_000;

/**
 * Copies `text` and confirms it, also to screen readers.
 * @param label the accessible name, such as "Copy code"
 */
export function CopyButton({ text, label, className }: { text: string; label: string; className?: string }) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      // No permission, or not a secure context (plain http from another machine): no clipboard access.
      setOutcome("failed");
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOutcome(null), SHOWN_MS);
  }

  return (
    <>
      <IconButton label={label} onClick={() => void copy()} className={className}>
        {outcome === "copied" ? <Check aria-hidden className="text-success-text" /> : <Copy aria-hidden />}
      </IconButton>
      <span role="status" className="sr-only">
        {outcome === "copied"
          ? "Copied"
          : outcome === "failed"
            ? "Copying is not allowed here. Select the text instead."
            : ""}
      </span>
    </>
  );
}
