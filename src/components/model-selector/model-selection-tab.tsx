import {
  type KeyboardEvent,
  type RefObject,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFooter } from "@/components/ui/dialog";
import { RadioGroup } from "@/components/ui/radio-group";
import { Skeleton } from "@/components/ui/skeleton";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { liveListOf, loadLiveModels, useLiveModels } from "./live-models-store";
import { ModelGroupSection } from "./model-group-section";
import {
  groupValue,
  type ModelOption,
  matchesQuery,
  optionOf,
  optionOfSelection,
  unlistedModel,
} from "./model-options";
import { ModelSearch } from "./model-search";
import { defaultSelection } from "./model-selection-store";
import { RecentModels } from "./recent-models";
import { rememberSelection } from "./recent-selections";
import { useAiKeys } from "./use-ai-keys";
import { useModelGroups } from "./use-model-groups";

/** From this many characters, a search also loads the lists of the person's keys from their providers. */
const SEARCH_LISTS_FROM = 2;

/**
 * The selection, a draft until it is applied: every model of every key source, with search, arrow keys, and
 * Enter to apply.
 *
 * @param searchRef the field to focus first
 * @param onOpenKeys opens the other tab
 */
export function ModelSelectionTab({
  draft,
  searchRef,
  onDraftChange,
  onApply,
  onCancel,
  onOpenKeys,
}: {
  draft: ModelSelection;
  searchRef: RefObject<HTMLInputElement | null>;
  onDraftChange: (selection: ModelSelection) => void;
  onApply: () => void;
  onCancel: () => void;
  onOpenKeys: () => void;
}) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { groups: known, failure, reload } = useModelGroups();
  const { keys } = useAiKeys();
  const lists = useLiveModels();
  const [query, setQuery] = useState("");
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [named, setNamed] = useState<readonly ModelSelection[]>([]);
  const searched = useDeferredValue(query.trim());
  const isSearching = searched !== "";

  const groups = useMemo(
    () =>
      known
        ?.map((group) => withLiveModels(group, lists))
        .map((group) => withUnlisted(group, [draft, ...named])) ?? null,
    [known, lists, draft, named],
  );
  const chosen = groups && optionOfSelection(groups, draft);
  const sections = useMemo(
    () =>
      groups?.map((group) => {
        const options = group.models.map((model) => optionOf(group, model));
        return {
          group,
          options: isSearching ? options.filter((each) => matchesQuery(group, each, searched)) : options,
        };
      }) ?? [],
    [groups, isSearching, searched],
  );
  const found = sections.reduce((sum, { options }) => sum + options.length, 0);

  const wantsLists = searched.length >= SEARCH_LISTS_FROM;
  useEffect(() => {
    for (const group of known ?? []) {
      // A key source without catalogue models, such as a custom endpoint, is empty until its list is loaded.
      if (wantsLists || group.models.length === 0) void loadLiveModels(group);
    }
  }, [known, wantsLists]);

  function choose(value: string) {
    const option = optionsIn(sections).find((each) => each.value === value);
    if (option && option.reason === null) onDraftChange(option.selection);
  }

  function focusOption(value?: string) {
    const radios = [...(form.current?.querySelectorAll<HTMLInputElement>("input[type=radio]:enabled") ?? [])];
    const radio = radios.find((each) => (value ? each.value === value : each.checked)) ?? radios[0];
    radio?.focus();
    if (radio) choose(radio.value);
  }

  function onKeyDown(event: KeyboardEvent) {
    const isLetter = event.key.length === 1 && event.key !== " ";
    if (!isLetter || event.ctrlKey || event.metaKey || event.altKey) return;
    // The field gets the focus before the browser inserts the character, so it is typed there.
    if (event.target instanceof HTMLInputElement && event.target.type === "radio") searchRef.current?.focus();
  }

  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!chosen || chosen.reason !== null) return;
        rememberSelection(chosen.selection);
        onApply();
      }}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div className="grid gap-2.5 px-5 pt-4 pb-3 sm:px-6">
        <h3 id={`${id}-heading`} className="text-sm font-medium">
          Select Model:
        </h3>
        <ModelSearch
          ref={searchRef}
          query={query}
          onQueryChange={(next) => {
            setQuery(next);
            // Show results from the top.
            list.current?.scrollTo({ top: 0 });
          }}
          controls={`${id}-models`}
          onMove={() => focusOption()}
          onEnter={() => {
            if (query.trim() === "" || optionsIn(sections).some(({ value }) => value === chosen?.value))
              return false;
            focusOption();
            return true;
          }}
        />
        {groups && !isSearching ? (
          <RecentModels groups={groups} chosen={chosen} onChoose={onDraftChange} />
        ) : null}
      </div>
      <DialogBody ref={list} className="grid content-start gap-3 border-t pt-3">
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
        <p role="status" className="sr-only">
          {isSearching ? `${found} ${found === 1 ? "model" : "models"} found` : ""}
        </p>
        {groups ? (
          <RadioGroup
            id={`${id}-models`}
            aria-labelledby={`${id}-heading`}
            value={chosen?.value}
            onValueChange={choose}
            onKeyDown={onKeyDown}
            className="gap-3"
          >
            {sections.map(({ group, options }) => {
              const value = groupValue(group);
              const live = lists.get(liveListOf(group) ?? "") ?? null;
              const isOpen = isSearching || (toggled.get(value) ?? isOpenAtFirst(group));
              if (isSearching && options.length === 0 && live?.status !== "loading") return null;
              return (
                <ModelGroupSection
                  key={value}
                  group={group}
                  aiKey={keys?.find((key) => key.id === group.keyId) ?? null}
                  options={options}
                  live={live}
                  isOpen={isOpen}
                  isSearching={isSearching}
                  onToggle={() => {
                    setToggled((map) => new Map(map).set(value, !isOpen));
                    if (!isOpen) void loadLiveModels(group);
                  }}
                  onUseOther={(model) => {
                    const option = optionOf(group, unlistedModel(model));
                    setNamed((list) => [...list, option.selection]);
                    onDraftChange(option.selection);
                    requestAnimationFrame(() => focusOption(option.value));
                  }}
                  onOpenKeys={onOpenKeys}
                />
              );
            })}
            {isSearching && found === 0 ? (
              <p className="py-6 text-center text-sm text-text-muted">
                No model matches. Without a search, any model can be named by its id below your keys.
              </p>
            ) : null}
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

function optionsIn(sections: readonly { options: readonly ModelOption[] }[]): ModelOption[] {
  return sections.flatMap(({ options }) => options);
}

function withLiveModels(group: ModelGroup, lists: ReturnType<typeof useLiveModels>): ModelGroup {
  const live = lists.get(liveListOf(group) ?? "");
  // The group has the current label and default flag; the live list has the models.
  return live?.status === "ready" ? { ...group, models: live.group.models } : group;
}

/** Adds the models entered by hand, so that they stay visible and selectable. */
function withUnlisted(group: ModelGroup, selections: readonly ModelSelection[]): ModelGroup {
  const value = groupValue(group);
  const missing = selections.flatMap((selection) => {
    const option = optionOfSelection([group], selection);
    return option && option.value.startsWith(`${value}:`) ? [option.facts] : [];
  });
  const ids = new Set(group.models.map(({ id }) => id));
  const added = missing.filter(({ id }) => !ids.has(id) && ids.add(id));
  return added.length > 0 ? { ...group, models: [...added, ...group.models] } : group;
}

/** Groups that can be chosen start open; so does the default provider's, to show why it cannot be chosen. */
function isOpenAtFirst({ reason, aiProvider }: ModelGroup): boolean {
  return reason === null || aiProvider === defaultSelection().provider;
}
