import { History } from "lucide-react";
import { useState } from "react";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { type ModelOption, optionOfSelection } from "./model-options";
import { readRecentSelections } from "./recent-selections";

/** Recently used models of this browser that can still be chosen. */
export function RecentModels({
  groups,
  chosen,
  onChoose,
}: {
  groups: readonly ModelGroup[];
  chosen: ModelOption | null;
  onChoose: (selection: ModelSelection) => void;
}) {
  const [selections] = useState(readRecentSelections);
  const recent = selections
    .flatMap((selection) => optionOfSelection(groups, selection) ?? [])
    .filter(({ reason }) => reason === null);
  if (recent.length < 2) return null;
  return (
    <div className="flex min-w-0 items-center gap-1.5" role="group" aria-label="Recently used">
      <History aria-hidden className="size-3.5 shrink-0 text-text-muted" />
      <div className="flex min-w-0 flex-wrap gap-1.5">
        {recent.map(({ value, model, payer, selection }) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === chosen?.value}
            onClick={() => onChoose(selection)}
            className="max-w-full truncate rounded-full border bg-surface px-2.5 py-1 text-xs text-text-muted transition-colors duration-100 hover:bg-surface-hover hover:text-text aria-pressed:border-accent aria-pressed:text-text pointer-coarse:py-2"
          >
            {model} ({payer})
          </button>
        ))}
      </div>
    </div>
  );
}
