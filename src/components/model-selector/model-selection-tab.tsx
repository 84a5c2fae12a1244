import { useId } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFooter } from "@/components/ui/dialog";
import { RadioCard, RadioGroup } from "@/components/ui/radio-group";
import { Skeleton } from "@/components/ui/skeleton";
import type { ModelOption, ModelSelection } from "@/contracts/model-selection";
import { useModelOptions } from "./use-model-options";

/** The choice, as a draft until it is applied. */
export function ModelSelectionTab({
  draft,
  onDraftChange,
  onApply,
  onCancel,
}: {
  draft: ModelSelection;
  onDraftChange: (selection: ModelSelection) => void;
  onApply: () => void;
  onCancel: () => void;
}) {
  const headingId = useId();
  const { options, failure, reload } = useModelOptions();
  const chosen = options?.find((option) => valueOf(option) === valueOf(draft));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen?.available) onApply();
      }}
      className="flex min-h-0 flex-1 flex-col"
    >
      <DialogBody className="grid content-start gap-3 pt-5">
        <h3 id={headingId} className="text-sm font-medium">
          Select Model:
        </h3>
        {failure ? (
          <Alert variant="danger">
            {failure}
            <div>
              <Button variant="link" size="sm" onClick={reload}>
                Load the models again
              </Button>
            </div>
          </Alert>
        ) : null}
        {options ? (
          <RadioGroup
            aria-labelledby={headingId}
            value={valueOf(draft)}
            onValueChange={(value) => {
              const option = options.find((candidate) => valueOf(candidate) === value);
              if (option) onDraftChange({ provider: option.provider, model: option.model });
            }}
          >
            {options.map((option) => (
              <RadioCard
                key={valueOf(option)}
                value={valueOf(option)}
                label={option.label}
                description={option.available ? option.description : (option.reason ?? option.description)}
                disabled={!option.available}
              />
            ))}
          </RadioGroup>
        ) : failure ? null : (
          <div className="grid gap-2" aria-hidden>
            <Skeleton className="h-18" />
            <Skeleton className="h-18" />
          </div>
        )}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={!chosen?.available}>
          Apply
        </Button>
      </DialogFooter>
    </form>
  );
}

function valueOf({ provider, model }: Pick<ModelOption, "provider" | "model">): string {
  return `${provider}:${model}`;
}
