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
import { countOf } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFooter } from "@/components/ui/dialog";
import { RadioGroup } from "@/components/ui/radio-group";
import { Skeleton } from "@/components/ui/skeleton";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { DefaultChoice } from "./default-choice";
import { forgetDefault, rememberAsDefault } from "./default-selection-calls";
import { findChoice } from "./find-choice";
import { liveListOf, loadLiveModels, useLiveModels } from "./live-models-store";
import { ModelGroupSection } from "./model-group-section";
import { groupValue, type ModelOption, matchesQuery, optionOf, optionOfSelection } from "./model-options";
import { ModelSearch } from "./model-search";
import { defaultSelection } from "./model-selection-store";
import { opensAtFirst } from "./opens-at-first";
import { RecentModels } from "./recent-models";
import { rememberSelection } from "./recent-selections";
import { typedModelOptions } from "./typed-model";
import { TypedModelRows } from "./typed-model-rows";
import { useAiKeys } from "./use-ai-keys";
import { useModelGroups } from "./use-model-groups";
import { useFirstSelection } from "./use-model-selection";

const LIST = new Intl.ListFormat("en");

/** From this many characters, a search also loads the lists of the person's keys from their providers. */
const SEARCH_LISTS_FROM = 2;

/** Groups open from the start; with more, only the chosen one is, and the others show their names. */
const MOST_OPEN_GROUPS = 4;
/** Key sources shown at once; a person may have forty keys. */
const FIRST_GROUPS = 8;

/**
 * The selection, a draft until it is applied: every model of every key source, with search, arrow keys, and
 * Enter or a double click to apply.
 *
 * @param openGroup a group to open, whatever is chosen
 * @param searchRef the field to focus first
 * @param onOpenKeys opens the other tab
 */
export function ModelSelectionTab({
  draft,
  openGroup,
  searchRef,
  onDraftChange,
  onApply,
  onCancel,
  onOpenKeys,
}: {
  draft: ModelSelection;
  openGroup: ModelGroup | null;
  searchRef: RefObject<HTMLInputElement | null>;
  onDraftChange: (selection: ModelSelection) => void;
  onApply: (selection: ModelSelection) => void;
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
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(
    openGroup ? new Map([[groupValue(openGroup), true]]) : new Map(),
  );
  // The order stays while rows are chosen.
  const [applied] = useState(draft);
  const [showsAllGroups, setShowsAllGroups] = useState(false);
  const first = useFirstSelection();
  const [wantsDefault, setWantsDefault] = useState<{ value: string; isChosen: boolean } | null>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const searched = useDeferredValue(query.trim());
  const isSearching = searched !== "";

  const groups = useMemo(
    () =>
      known &&
      inOrder(known, applied)
        .map((group) => withLiveModels(group, lists))
        .map((group) => withUnlisted(group, draft)),
    [known, lists, draft, applied],
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
  const typed = groups && isSearching ? typedModelOptions(groups, searched, found, draft) : [];
  const usable = groups?.filter(({ reason }) => reason === null) ?? [];
  const isDefault =
    first?.isRemembered === true && optionOfSelection(groups ?? [], first.selection)?.value === chosen?.value;
  const remembers = wantsDefault && wantsDefault.value === chosen?.value ? wantsDefault.isChosen : isDefault;
  // Session keys are gone after signing out.
  const mayRemember =
    chosen !== null &&
    chosen.reason === null &&
    keys?.find(({ id }) => id === chosen.selection.keyId)?.kept !== "session";

  async function apply(selection: ModelSelection) {
    if (pending) return;
    if (chosen && remembers !== isDefault) {
      setPending(true);
      setProblem(null);
      try {
        await (remembers ? rememberAsDefault(selection) : forgetDefault());
      } catch (error) {
        setProblem(error instanceof Error ? error.message : "Your default was not changed. Try again.");
        return;
      } finally {
        setPending(false);
      }
    }
    rememberSelection(selection);
    onApply(selection);
  }

  const missing = sections.filter(({ group }) => isMissing(group));
  const listed = sections.filter(({ group, options }) => {
    if (!isSearching) return !isMissing(group);
    return options.length > 0 || lists.get(liveListOf(group) ?? "")?.status === "loading";
  });
  const isChosenGroup = (group: ModelGroup) => chosen?.value.startsWith(`${groupValue(group)}:`) === true;
  const shownSections =
    isSearching || showsAllGroups
      ? listed
      : listed.filter(
          ({ group }, index) =>
            index < FIRST_GROUPS || isChosenGroup(group) || toggled.get(groupValue(group)) === true,
        );
  const isOpenAtFirst = (group: ModelGroup) =>
    opensAtFirst(group, { isChosen: isChosenGroup(group), isMany: usable.length > MOST_OPEN_GROUPS });

  const wantsLists = searched.length >= SEARCH_LISTS_FROM;
  useEffect(() => {
    for (const group of known ?? []) {
      // A key source without catalogue models, such as a custom endpoint, is empty until its list is loaded.
      if (wantsLists || group.models.length === 0) void loadLiveModels(group);
    }
  }, [known, wantsLists]);

  /** A typed model is applied at once, for this tab. */
  function applyTyped(selection: ModelSelection) {
    rememberSelection(selection);
    onApply(selection);
  }

  function choose(value: string) {
    const option = optionsIn(sections).find((each) => each.value === value);
    if (option && option.reason === null) onDraftChange(option.selection);
  }

  function focusOption(value?: string) {
    const radios = [...(form.current?.querySelectorAll<HTMLInputElement>("input[type=radio]:enabled") ?? [])];
    const radio = radios.find((each) => (value ? each.value === value : each.checked)) ?? radios[0];
    radio?.focus();
    if (radio) choose(radio.value);
    else form.current?.querySelector<HTMLElement>("[data-typed-model]")?.focus();
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
        if (chosen && chosen.reason === null) void apply(chosen.selection);
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
            const [only] = typed;
            // Not while a list is on its way that may have what was typed.
            const isLoading = [...lists.values()].some(({ status }) => status === "loading");
            if (found === 0 && only && !isLoading && query.trim() === searched) {
              applyTyped(only.option.selection);
              return true;
            }
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
            onDoubleClick={(event) => {
              // The first click has chosen the row.
              const target = event.target instanceof Element ? event.target : null;
              if (target?.closest("label, input[type=radio]")) form.current?.requestSubmit();
            }}
            className="gap-3"
          >
            {groups.length > 0 && usable.length === 0 && !isSearching ? (
              <NothingToChoose onOpenKeys={onOpenKeys} />
            ) : null}
            {shownSections.map(({ group, options }) => {
              const value = groupValue(group);
              const live = lists.get(liveListOf(group) ?? "") ?? null;
              const isOpen = isSearching || (toggled.get(value) ?? isOpenAtFirst(group));
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
                  onOpenKeys={onOpenKeys}
                />
              );
            })}
            {shownSections.length < listed.length ? (
              <div>
                <Button variant="ghost" size="sm" onClick={() => setShowsAllGroups(true)}>
                  Show {countOf(listed.length - shownSections.length, "more key")}
                </Button>
              </div>
            ) : null}
            {missing.length > 0 && !isSearching ? (
              <p className="px-1 text-sm text-text-muted">
                {LIST.format(missing.map(({ group }) => group.providerName))}{" "}
                {missing.length === 1 ? "needs" : "need"} a key of yours.{" "}
                <button
                  type="button"
                  onClick={onOpenKeys}
                  className="font-medium text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current"
                >
                  Add a key
                </button>
              </p>
            ) : null}
            {isSearching && found === 0 && typed.length === 0 ? (
              <p className="py-6 text-center text-sm text-text-muted">No model matches.</p>
            ) : null}
            <TypedModelRows options={typed} onUse={applyTyped} />
          </RadioGroup>
        ) : failure ? null : (
          <div className="grid gap-2" aria-hidden>
            <Skeleton className="h-18" />
            <Skeleton className="h-18" />
          </div>
        )}
      </DialogBody>
      {problem ? (
        <div className="px-5 pb-3 sm:px-6">
          <Alert variant="danger">{problem}</Alert>
        </div>
      ) : null}
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button
          type="submit"
          variant="primary"
          pending={pending}
          disabled={!chosen || chosen.reason !== null}
        >
          Apply
        </Button>
        {mayRemember && chosen ? (
          <DefaultChoice
            isChosen={remembers}
            onChange={(isChosen) => setWantsDefault({ value: chosen.value, isChosen })}
          />
        ) : null}
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

/** What can be chosen comes first; among many key sources, the one that was applied. */
function inOrder(groups: readonly ModelGroup[], applied: ModelSelection): ModelGroup[] {
  const isMany = groups.filter(({ reason }) => reason === null).length > MOST_OPEN_GROUPS;
  const first = isMany ? findChoice(groups, applied)?.group : null;
  const rankOf = (group: ModelGroup) => (group.reason !== null ? 2 : group === first ? 0 : 1);
  return groups.toSorted((left, right) => rankOf(left) - rankOf(right));
}

/** The plan's provider is listed without a key too, to show why it cannot be chosen. */
function isMissing({ keyProvider, keyId, aiProvider }: ModelGroup): boolean {
  return keyProvider === "personal" && keyId === null && aiProvider !== defaultSelection().provider;
}

/** Adds the chosen model if its key does not list it, so that it stays visible and selectable. */
function withUnlisted(group: ModelGroup, selection: ModelSelection): ModelGroup {
  const option = optionOfSelection([group], selection);
  if (!option?.value.startsWith(`${groupValue(group)}:`)) return group;
  if (group.models.some(({ id }) => id === option.facts.id)) return group;
  return { ...group, models: [option.facts, ...group.models] };
}

/** Nobody can pay yet: neither the platform nor a key of the person. */
function NothingToChoose({ onOpenKeys }: { onOpenKeys: () => void }) {
  return (
    <div className="grid justify-items-start gap-3 rounded-lg border border-dashed p-4">
      <p className="text-sm text-pretty text-text-muted">
        There is no key yet that could pay for a message. Save your own key of any provider, or the address of
        a custom endpoint.
      </p>
      <Button variant="primary" size="sm" onClick={onOpenKeys}>
        Add an API key
      </Button>
    </div>
  );
}
