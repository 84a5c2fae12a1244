import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { Conversation } from "./conversation";

/** Switches between the versions of an edited question or a retried answer; all are kept. */
export function BranchPicker({
  conversation,
  id,
  parentId,
  disabled,
}: {
  conversation: Conversation;
  id: string;
  parentId: string | null;
  disabled: boolean;
}) {
  const versions = conversation.branches.versionsOf(id, parentId);
  if (versions.length < 2) return null;
  const index = versions.indexOf(id);
  const step = (label: string, to: string | undefined, Icon: typeof ChevronLeft) => (
    <Button
      variant="ghost"
      size="icon"
      aria-label={label}
      disabled={disabled || to === undefined}
      onClick={() => to !== undefined && conversation.branches.showVersion(to)}
    >
      <Icon aria-hidden />
    </Button>
  );
  return (
    <div
      role="group"
      aria-label="Versions"
      className="flex shrink-0 items-center text-xs text-text-muted tabular-nums"
    >
      {step("Previous version", versions[index - 1], ChevronLeft)}
      <span aria-hidden>
        {index + 1}/{versions.length}
      </span>
      <span className="sr-only">
        Version {index + 1} of {versions.length}
      </span>
      {step("Next version", versions[index + 1], ChevronRight)}
    </div>
  );
}
