import { useId } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFooter } from "@/components/ui/dialog";
import { RadioCard, RadioGroup } from "@/components/ui/radio-group";
import { Skeleton } from "@/components/ui/skeleton";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup, PickableModel } from "@/contracts/models";
import { useModelGroups } from "./use-model-groups";

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
  const { groups, failure, reload } = useModelGroups();
  const options = groups?.flatMap((group) => group.models.map((model) => optionOf(group, model))) ?? null;
  const chosen = options?.find((option) => valueOf(option.selection) === valueOf(draft));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen && !chosen.reason) onApply();
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
              const option = options.find((candidate) => valueOf(candidate.selection) === value);
              if (option) onDraftChange(option.selection);
            }}
          >
            {options.map((option) => (
              <RadioCard
                key={valueOf(option.selection)}
                value={valueOf(option.selection)}
                label={option.label}
                description={option.reason ?? option.description}
                disabled={option.reason !== null}
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
        <Button type="submit" variant="primary" disabled={!chosen || chosen.reason !== null}>
          Apply
        </Button>
      </DialogFooter>
    </form>
  );
}

function optionOf(group: ModelGroup, model: PickableModel) {
  const selection: ModelSelection = {
    provider: group.keyProvider,
    aiProvider: group.aiProvider,
    model: model.id,
    ...(group.keyId && !group.isDefaultKey ? { keyId: group.keyId } : {}),
  };
  return {
    selection,
    label: `${model.name} (${group.keyId && !group.isDefaultKey ? group.keyLabel : `${group.keyProvider} key`})`,
    description: model.description ?? model.id,
    reason: group.reason ?? model.reason,
  };
}

function valueOf({ provider, aiProvider, model, keyId }: ModelSelection): string {
  return `${provider}:${aiProvider}:${keyId ?? ""}:${model}`;
}
