import { RotateCcw } from "lucide-react";
import { Button } from "@/components/ui/button";

/**
 * Shown under a last message without an answer: it was stopped before the answer began, or the server ended.
 */
export function UnansweredNotice({ onAsk }: { onAsk: () => void }) {
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-wrap items-center justify-end gap-x-3 gap-y-2 px-4 pt-2 pb-4 sm:px-6">
      <p className="text-sm text-text-muted">This message has no answer.</p>
      <Button size="sm" onClick={onAsk}>
        <RotateCcw aria-hidden />
        Retry
      </Button>
    </div>
  );
}
