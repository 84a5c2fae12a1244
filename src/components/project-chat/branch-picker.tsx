import { useAui } from "@assistant-ui/react";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { ChatMessage } from "./chat-message";

/** Switches between the versions of an edited question or a retried answer; nothing of them is lost. */
export function BranchPicker({ message, disabled }: { message: ChatMessage; disabled: boolean }) {
  const aui = useAui();
  const { branchNumber, branchCount, id } = message;
  if (branchCount < 2) return null;
  const go = (position: "previous" | "next") => aui.thread().message({ id }).switchToBranch({ position });
  return (
    <div
      role="group"
      aria-label="Versions"
      className="flex items-center text-xs text-text-muted tabular-nums"
    >
      <Button
        variant="ghost"
        size="icon"
        aria-label="Previous version"
        disabled={disabled || branchNumber <= 1}
        onClick={() => go("previous")}
      >
        <ChevronLeft aria-hidden />
      </Button>
      <span aria-hidden>
        {branchNumber}/{branchCount}
      </span>
      <span className="sr-only">
        Version {branchNumber} of {branchCount}
      </span>
      <Button
        variant="ghost"
        size="icon"
        aria-label="Next version"
        disabled={disabled || branchNumber >= branchCount}
        onClick={() => go("next")}
      >
        <ChevronRight aria-hidden />
      </Button>
    </div>
  );
}
