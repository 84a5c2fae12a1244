import { FlaskConical } from "lucide-react";

/** Shown on every page of the demo, to say that its answers are scripted and cost nothing. */
export function DemoBanner() {
  return (
    <aside
      aria-label="About this demo"
      className="flex shrink-0 items-start justify-center gap-2 border-b border-warning/30 bg-warning-soft px-4 py-1.5 text-xs text-warning-text sm:items-center"
    >
      <FlaskConical aria-hidden className="mt-0.5 size-3.5 shrink-0 sm:mt-0" />
      <p>
        <strong className="font-semibold">Demo.</strong> A stand-in answers in place of the model provider.
        Nothing you type leaves this machine.
      </p>
    </aside>
  );
}
