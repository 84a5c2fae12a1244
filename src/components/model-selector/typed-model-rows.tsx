import { CornerDownLeft } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { groupTitle, type ModelOption } from "./model-options";

/** With more keys the rest is one click away: the first is most likely meant. */
const FIRST_ROWS = 3;

/** Uses a typed model id with a key; a click applies it. */
export function TypedModelRows({
  options,
  onUse,
}: {
  options: readonly { group: ModelGroup; option: ModelOption }[];
  onUse: (selection: ModelSelection) => void;
}) {
  const [showsAll, setShowsAll] = useState(false);
  const [first] = options;
  if (!first) return null;
  const shown = showsAll ? options : options.slice(0, FIRST_ROWS);
  return (
    <div role="group" aria-label="Use a model by its id" className="grid rounded-lg border bg-surface">
      {shown.map(({ group, option }) => (
        <button
          key={option.value}
          type="button"
          data-typed-model
          onClick={() => onUse(option.selection)}
          className="flex items-center gap-3 border-t px-3.5 py-2.5 text-left text-sm transition-colors duration-100 first:rounded-t-lg first:border-t-0 last:rounded-b-lg hover:bg-surface-hover focus-visible:-outline-offset-2"
        >
          <span className="min-w-0 flex-1 wrap-anywhere">
            Use ‘<span className="font-mono">{option.selection.model}</span>’ with{" "}
            <span className="font-medium">{groupTitle(group)}</span>
          </span>
          <CornerDownLeft aria-hidden className="size-4 shrink-0 text-text-muted" />
        </button>
      ))}
      {shown.length < options.length ? (
        <div className="border-t px-1.5 py-1.5">
          <Button variant="ghost" size="sm" onClick={() => setShowsAll(true)}>
            With another key ({options.length - shown.length})
          </Button>
        </div>
      ) : null}
      <p className="border-t px-3.5 py-2 text-xs text-text-muted">
        Not in the lists. The provider decides whether it exists.
      </p>
    </div>
  );
}
