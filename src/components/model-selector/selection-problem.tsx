import { describeSelection } from "./describe-selection";
import { useModelSelection } from "./model-selection-store";
import { useAiKeys } from "./use-ai-keys";
import { useModelGroups } from "./use-model-groups";

/** Warns that a message sent now would be refused, and why. Nothing is switched automatically. */
export function SelectionProblem({ onChoose }: { onChoose: () => void }) {
  const selection = useModelSelection();
  const { groups } = useModelGroups();
  const { keys } = useAiKeys();
  const { problem } = describeSelection(selection, groups, keys);
  if (!problem) return null;
  return (
    <p role="status" className="mb-2 px-1 text-sm text-warning-text">
      {problem}{" "}
      <button type="button" onClick={onChoose} className="font-medium underline underline-offset-3">
        Choose model and key
      </button>
    </p>
  );
}
