import { useEffect } from "react";
import { formatCount } from "@/components/format-count";
import { findChoice } from "@/components/model-selector/find-choice";
import { liveListOf, loadLiveModels, useLiveModels } from "@/components/model-selector/live-models-store";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import { useModelSelection } from "@/components/model-selector/use-model-selection";
import { Button } from "@/components/ui/button";
import { COMPACTION_DUE_AT, COMPACTION_OFFERED_AT } from "@/contracts/limits";
import { cn } from "@/lib/cn";

/**
 * How much of the chosen model's context the conversation uses; nothing if one of the two is not known.
 *
 * @param tokens of the latest answer, with all that came before it
 * @param isCompacting whether the next message is to summarise the older ones first
 */
export function ContextBar({
  tokens,
  isCompacting,
  onCompact,
}: {
  tokens: number | null;
  isCompacting: boolean;
  onCompact: (isCompacting: boolean) => void;
}) {
  const size = useContextSize(tokens !== null);
  if (!size || tokens === null) return null;
  const percent = Math.min(100, Math.ceil((tokens / size) * 100));
  const isNearlyFull = percent >= COMPACTION_DUE_AT;
  const explanation = `${formatCount(tokens)} of ${formatCount(size)} tokens of context used`;
  return (
    <div className="flex items-center gap-2 text-xs text-text-muted tabular-nums" title={explanation}>
      {isNearlyFull ? (
        <span className="text-warning-text">
          <span className="max-sm:sr-only">Context </span>
          {percent >= 100 ? "full" : `${percent} % full`}
        </span>
      ) : null}
      <div
        role="meter"
        aria-label="Context used"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={explanation}
        className={cn("h-1 w-10 overflow-hidden rounded-full bg-border", isNearlyFull || "max-sm:hidden")}
      >
        <div
          className={cn("h-full rounded-full", isNearlyFull ? "bg-warning" : "bg-text-muted/60")}
          style={{ width: `${percent}%` }}
        />
      </div>
      {percent >= COMPACTION_OFFERED_AT ? (
        <Button
          variant="ghost"
          size="sm"
          aria-pressed={isCompacting}
          title="With your next message, what the agent did so far is summarised for the model first: one more request. Your own messages stay word for word, and it can be undone."
          className="px-2 text-xs aria-pressed:text-accent-text"
          onClick={() => onCompact(!isCompacting)}
        >
          Compact now
        </Button>
      ) : null}
    </div>
  );
}

/**
 * The size of the chosen model's context; null while it is not known. What the catalogue does not know may be
 * in the list of the key's provider.
 *
 * @param isWanted whether to load that list
 */
function useContextSize(isWanted: boolean): number | null {
  const selection = useModelSelection();
  const { groups } = useModelGroups();
  const lists = useLiveModels();
  const { group, model } = (groups && findChoice(groups, selection)) ?? { group: null, model: null };
  const known = model?.contextTokens ?? null;
  const isLooked = isWanted && known === null && group !== null;
  useEffect(() => {
    if (isLooked) void loadLiveModels(group);
  }, [isLooked, group]);
  if (known !== null || !group) return known;
  const list = lists.get(liveListOf(group) ?? "");
  const listed = list?.status === "ready" ? list.group.models : [];
  return listed.find(({ id }) => id === selection.model)?.contextTokens ?? null;
}
