import { TriangleAlert } from "lucide-react";
import type { ModelSelectorTab } from "@/components/model-selector-modal";
import { Button } from "@/components/ui/button";
import { describeSelection } from "./describe-selection";
import { useAiKeys } from "./use-ai-keys";
import { useModelGroups } from "./use-model-groups";
import { useModelSelection } from "./use-model-selection";

/**
 * Warns that a message sent now would be refused, and why. Nothing is switched automatically. The button
 * leads to the list if it has something to choose, else to the keys.
 */
export function SelectionProblem({ onOpen }: { onOpen: (tab: ModelSelectorTab) => void }) {
  const selection = useModelSelection();
  const { groups } = useModelGroups();
  const { keys } = useAiKeys();
  const { problem } = describeSelection(selection, groups, keys);
  if (!problem) return null;
  const canChoose = groups?.some(({ reason }) => reason === null) ?? false;
  return (
    <div
      role="status"
      className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-warning/40 bg-warning-soft px-3 py-2 text-sm text-warning-text"
    >
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1 basis-48 text-pretty">{problem}</p>
      <Button size="sm" onClick={() => onOpen(canChoose ? "model-selection" : "api-keys")}>
        {canChoose ? "Choose model and key" : "Add an API key"}
      </Button>
    </div>
  );
}
