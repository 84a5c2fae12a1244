import { ChevronDown, KeyRound, RefreshCw, Server } from "lucide-react";
import { memo, useId, useState } from "react";
import { keyHealthWords } from "@/components/ai-keys/key-health-words";
import { countOf } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { RadioCard } from "@/components/ui/radio-group";
import { RelativeTime } from "@/components/ui/relative-time";
import { Spinner } from "@/components/ui/spinner";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelGroup } from "@/contracts/models";
import { cn } from "@/lib/cn";
import { type LiveModels, liveListOf, loadLiveModels } from "./live-models-store";
import { describeContext, describePrice } from "./model-facts";
import { groupTitle, type ModelOption } from "./model-options";

/** Rows drawn at once; OpenRouter lists several hundred. */
const FIRST_ROWS = 40;

/**
 * The models of one key source. The heading says whose key pays; opening it loads the key's list from its
 * provider.
 *
 * @param options the options to show, in order
 * @param onOpenKeys opens the keys tab
 */
export function ModelGroupSection({
  group,
  aiKey,
  options,
  live,
  isOpen,
  isSearching,
  onToggle,
  onOpenKeys,
}: {
  group: ModelGroup;
  aiKey: AiKeySummary | null;
  options: readonly ModelOption[];
  live: LiveModels | null;
  isOpen: boolean;
  isSearching: boolean;
  onToggle: () => void;
  onOpenKeys: () => void;
}) {
  const id = useId();
  const [showsAll, setShowsAll] = useState(false);
  const [showsUnusable, setShowsUnusable] = useState(false);
  // A search shows what it finds, also what this key cannot use.
  const folds = group.reason === null && !isSearching;
  const listed = folds ? options.filter(({ facts }) => facts.reason === null) : options;
  const unusable = folds ? options.filter(({ facts }) => facts.reason !== null) : [];
  const shown = showsAll ? listed : listed.slice(0, FIRST_ROWS);
  return (
    <div role="group" aria-labelledby={`${id}-name`} className="rounded-lg border bg-surface">
      <GroupHead id={id} {...{ group, aiKey, isOpen, isSearching, onToggle }} />
      {group.reason ? (
        <p className="px-3.5 pb-3 text-sm text-text-muted">
          {group.reason}{" "}
          {group.keyProvider === "personal" ? (
            <button
              type="button"
              onClick={onOpenKeys}
              className="font-medium text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current"
            >
              Open API Keys<span className="sr-only"> for {group.providerName}</span>
            </button>
          ) : null}
        </p>
      ) : null}
      <div id={`${id}-models`} hidden={!isOpen}>
        {isOpen ? (
          <>
            {shown.map((option) => (
              <OptionRow key={option.value} option={option} isGroupClosed={group.reason !== null} />
            ))}
            {shown.length < listed.length ? (
              <div className="border-t px-3.5 py-2">
                <Button variant="ghost" size="sm" onClick={() => setShowsAll(true)}>
                  Show {listed.length - shown.length} more
                </Button>
              </div>
            ) : null}
            {unusable.length > 0 ? (
              <div className="border-t px-1.5 py-1.5">
                <Button
                  variant="ghost"
                  size="sm"
                  aria-expanded={showsUnusable}
                  onClick={() => setShowsUnusable(!showsUnusable)}
                >
                  <ChevronDown
                    aria-hidden
                    className={cn("transition-transform duration-100", !showsUnusable && "-rotate-90")}
                  />
                  {countOf(unusable.length, "model")} this key cannot use
                </Button>
              </div>
            ) : null}
            {showsUnusable
              ? unusable.map((option) => (
                  <OptionRow key={option.value} option={option} isGroupClosed={false} />
                ))
              : null}
            {group.reason === null && liveListOf(group) ? (
              <GroupFoot {...{ group, live, isSearching }} isEmpty={options.length === 0} />
            ) : null}
          </>
        ) : null}
      </div>
    </div>
  );
}

function GroupHead({
  id,
  group,
  aiKey,
  isOpen,
  isSearching,
  onToggle,
}: {
  id: string;
  group: ModelGroup;
  aiKey: AiKeySummary | null;
  isOpen: boolean;
  isSearching: boolean;
  onToggle: () => void;
}) {
  const Icon = group.keyProvider === "platform" ? Server : KeyRound;
  const name = (
    <>
      <span
        className={cn(
          "grid size-7 shrink-0 place-items-center rounded-md",
          group.keyProvider === "platform"
            ? "bg-surface-hover text-text-muted"
            : "bg-accent-soft text-accent-text",
        )}
      >
        <Icon aria-hidden className="size-4" />
      </span>
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <span id={`${id}-name`} className="text-sm font-medium wrap-anywhere">
          {groupTitle(group)}
        </span>
        {aiKey?.kept === "session" ? <Badge variant="outline">This session</Badge> : null}
        {group.isDefaultKey ? <Badge>Default</Badge> : null}
        {aiKey?.health ? <HealthBadge health={aiKey.health} /> : null}
      </span>
    </>
  );
  const classes = "flex w-full items-center gap-2.5 px-3.5 py-2.5 text-left";
  return (
    <h4 className="contents">
      {isSearching ? (
        <span className={classes}>{name}</span>
      ) : (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={`${id}-models`}
          onClick={onToggle}
          className={cn(
            classes,
            "rounded-lg transition-colors duration-100 hover:bg-surface-hover focus-visible:-outline-offset-2",
          )}
        >
          {name}
          <ChevronDown
            aria-hidden
            className={cn(
              "ml-auto size-4 shrink-0 text-text-muted transition-transform duration-100",
              isOpen && "rotate-180",
            )}
          />
        </button>
      )}
    </h4>
  );
}

/** Rate limits and unreachable providers are temporary and say nothing about the key. */
function HealthBadge({ health }: { health: NonNullable<AiKeySummary["health"]> }) {
  const [now] = useState(Date.now);
  const { word, tone } = keyHealthWords({ health });
  if (tone === "success" || tone === "neutral") return null;
  return (
    <Badge variant="warning">
      {health.outcome === "invalid" ? (
        "Recently rejected"
      ) : (
        // It may be possible again by now.
        <span>
          {word} (<RelativeTime at={health.at} now={now} />)
        </span>
      )}
    </Badge>
  );
}

const OptionRow = memo(function OptionRow({
  option: { value, model, payer, facts, reason },
  isGroupClosed,
}: {
  option: ModelOption;
  /** The heading shows the reason for the whole group. */
  isGroupClosed: boolean;
}) {
  const said = isGroupClosed ? facts.description : (reason ?? facts.description);
  const known = [describeContext(facts.contextTokens), describePrice(facts.price)].filter(Boolean);
  return (
    <RadioCard
      value={value}
      label={
        <>
          {model} <span className="font-normal text-text-muted">({payer})</span>
        </>
      }
      description={
        <>
          {isGroupClosed ? <span className="sr-only">{reason} </span> : null}
          {said ? <span className="block">{said} </span> : null}
          <span className="mt-0.5 block text-xs wrap-anywhere">
            {facts.id === model ? null : (
              <>
                <span className="font-mono">{facts.id}</span>
                {" · "}
              </>
            )}
            {known.join(" · ")}
          </span>
        </>
      }
      disabled={reason !== null}
      className={cn(
        "rounded-none border-0 border-t border-border px-3.5 py-2.5 last:rounded-b-lg has-checked:border-border has-focus-visible:-outline-offset-2",
        // Rows out of view skip layout and paint; their height is remembered once rendered.
        "[contain-intrinsic-block-size:auto_4.75rem] [content-visibility:auto]",
        reason === null && "hover:bg-surface-hover",
      )}
    />
  );
});

function GroupFoot({
  group,
  live,
  isSearching,
  isEmpty,
}: {
  group: ModelGroup;
  live: LiveModels | null;
  isSearching: boolean;
  isEmpty: boolean;
}) {
  const problem =
    live?.status === "failed" ? live.sentence : live?.status === "ready" ? live.group.listProblem : null;
  const load = () => void loadLiveModels(group);
  // While searching, show a status only if the list could not be searched.
  if (isSearching && live?.status !== "loading" && !problem) return null;
  return (
    <>
      {problem ? (
        <div className="border-t p-2.5">
          <Alert variant="warning">
            {problem}
            <div>
              <Button variant="link" size="sm" onClick={load}>
                Retry
              </Button>
            </div>
          </Alert>
        </div>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-1 border-t px-1.5 py-1.5 empty:hidden">
        {live?.status === "loading" ? (
          <p role="status" className="flex h-8 items-center gap-2 px-3 text-sm text-text-muted">
            <Spinner className="text-accent-text" />
            Loading this key's models
          </p>
        ) : live?.status === "ready" && !problem ? (
          <p role="status" className="px-3 text-xs text-text-muted">
            {live.group.models.length.toLocaleString("en")} models, as the provider lists them for this key
          </p>
        ) : problem ? null : (
          <Button variant="ghost" size="sm" onClick={load}>
            <RefreshCw aria-hidden />
            Load this key's models
          </Button>
        )}
        {isEmpty && live?.status !== "loading" ? (
          <p className="px-3 py-1.5 text-sm text-text-muted">
            Type a model’s id above to use it with this key.
          </p>
        ) : null}
      </div>
    </>
  );
}
