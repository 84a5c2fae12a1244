import { useState } from "react";
import { forgetDefault } from "@/components/model-selector/default-selection-calls";
import { describeSelection } from "@/components/model-selector/describe-selection";
import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import { useFirstSelection } from "@/components/model-selector/use-model-selection";
import { Button } from "@/components/ui/button";

/** The model and key that new tabs start with, if the person chose a default. */
export function DefaultSelection() {
  const first = useFirstSelection();
  const { groups } = useModelGroups();
  const { keys } = useAiKeys();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  if (!first?.isRemembered || !groups) return null;
  const { model, payerWords, problem } = describeSelection(first.selection, groups, keys);

  async function forget() {
    setPending(true);
    setFailure(null);
    try {
      await forgetDefault();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "That did not work. Try again.");
    } finally {
      setPending(false);
    }
  }

  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border bg-surface px-4 py-3 text-sm">
      <p className="min-w-0 flex-1 basis-56">
        New tabs start with <strong className="font-medium">{model}</strong>, {payerWords}.
        {problem ? <span className="block text-warning-text">{problem}</span> : null}
        {failure ? (
          <span role="alert" className="block text-danger-text">
            {failure}
          </span>
        ) : null}
      </p>
      <Button variant="link" size="sm" pending={pending} onClick={() => void forget()}>
        Forget this default
      </Button>
    </div>
  );
}
