import { Button } from "@/components/ui/button";

/** Shown under an answer that its server could not complete. @param onContinue asks for the rest */
export function InterruptedNotice({ onContinue }: { onContinue: () => void }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="text-sm text-text-muted">The answer was interrupted. What had arrived is kept.</p>
      <Button size="sm" onClick={onContinue}>
        Continue
      </Button>
    </div>
  );
}
