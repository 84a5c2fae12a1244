import { ChevronRight, CircleDashed, Plus } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { cn } from "@/lib/cn";
import { testSavedKey } from "./ai-key-calls";
import { ConnectAccount } from "./connect-account";
import { KeyCard } from "./key-card";
import { KeyForm, type SavedKey } from "./key-form";
import { type KeyTest, runKeyTest } from "./key-test";
import { ReplaceInPlace } from "./replace-in-place";

/** A change to a key. */
export interface KeyEvent {
  kind: "saved" | "added" | "held" | "replaced" | "deleted";
  /** Of the key's provider. */
  facts: ProviderFacts;
  /** Null for the provider's default key, and for a deleted one. */
  keyId: string | null;
}

interface Props {
  facts: ProviderFacts;
  /** The person's keys of this provider. */
  keys: AiKeySummary[];
  onEvent: (event: KeyEvent | null) => void;
  onReplace: (keyId: string) => void;
  onDelete: (keyId: string) => void;
  /** The clock in milliseconds. */
  now: number;
  /** The person came to give a key of this provider. */
  isWanted: boolean;
}

/**
 * The first provider, open from the start: a field, a button, done. The field then belongs to the saved key,
 * and replaces it.
 *
 * @param focusRequest each new number above zero puts the focus on that field
 */
export function FirstProviderKeys({ focusRequest, ...props }: Props & { focusRequest: number }) {
  const { facts, keys, onEvent, onDelete, isWanted } = props;
  const tests = useKeyTests();
  const only = replacedInPlace(keys);
  const hasStored = keys.some(({ kept }) => kept === "stored");
  return (
    <div className="grid gap-4">
      {keys.length > 0 ? (
        <KeyList
          {...props}
          tests={tests}
          inPlace={
            only
              ? {
                  keyId: only.id,
                  door: (
                    <ReplaceInPlace
                      keyToReplace={only}
                      facts={facts}
                      focusRequest={focusRequest}
                      onReplaced={() => onEvent({ kind: "replaced", facts, keyId: only.id })}
                      onChange={() => onEvent(null)}
                      onTestSaved={only.status === "ok" ? () => void tests.run(only) : null}
                      onDelete={() => onDelete(only.id)}
                      onSavedElsewhere={(saved) => onEvent(eventOf(saved, facts))}
                    />
                  ),
                }
              : null
          }
        />
      ) : null}
      {hasStored ? null : (
        <KeyForm
          facts={facts}
          purpose="first"
          startsFocused={isWanted}
          onSaved={(saved) => onEvent(eventOf(saved, facts))}
          onChange={() => onEvent(null)}
        >
          <p className="flex items-center gap-2 text-sm text-text-muted">
            <CircleDashed aria-hidden className="size-4 shrink-0" />
            No key saved
          </p>
        </KeyForm>
      )}
      {/* Without a stored key, the form above is the one the person came for. */}
      {keys.length > 0 ? <AddAnother {...props} isWanted={isWanted && hasStored} /> : null}
    </div>
  );
}

/** The key of the first provider that is replaced beside its card: the only stored one. */
export function replacedInPlace(keys: readonly AiKeySummary[]): AiKeySummary | null {
  const stored = keys.filter(({ kept }) => kept === "stored");
  return (stored.length === 1 && stored[0]) || null;
}

/** @param form the provider whose form the key was pasted into */
function eventOf({ facts, keyId, kept }: SavedKey, form: ProviderFacts): KeyEvent {
  const kind = kept === "session" ? "held" : facts.id === form.id || keyId === null ? "saved" : "added";
  return { kind, facts, keyId };
}

/** Any other provider: a line to open, or its keys. */
export function FurtherProviderKeys(props: Props) {
  const { facts, keys, onEvent, isWanted } = props;
  const id = useId();
  const [open, setOpen] = useState(isWanted);
  const tests = useKeyTests();
  const title = facts.needsAddress ? "Custom endpoint" : `${facts.name} API Key`;
  if (keys.length > 0) {
    return (
      <section aria-labelledby={id} className="grid gap-3 py-4">
        <h4 id={id} className="text-sm font-medium">
          {facts.needsAddress ? "Custom endpoints" : facts.name}
        </h4>
        <KeyList {...props} tests={tests} inPlace={null} />
        <AddAnother {...props} />
      </section>
    );
  }
  return (
    <section aria-labelledby={id}>
      <h4 id={id} className="text-sm font-medium">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={`${id}-form`}
          onClick={() => setOpen(!open)}
          className="flex min-h-11 w-full items-center gap-2 py-2 text-left hover:text-accent-text focus-visible:rounded-xs"
        >
          <ChevronRight
            aria-hidden
            className={cn(
              "size-4 shrink-0 text-text-muted transition-transform duration-100",
              open && "rotate-90",
            )}
          />
          {title}
        </button>
      </h4>
      <div id={`${id}-form`} hidden={!open} className="grid gap-4 pb-5 sm:pl-6">
        {open ? (
          <>
            <p className="text-sm text-text-muted">{introduction(facts)}</p>
            {facts.canConnect ? <ConnectAccount facts={facts} /> : null}
            <KeyForm
              facts={facts}
              purpose="first"
              startsFocused={isWanted}
              onSaved={(saved) => {
                setOpen(false);
                onEvent(eventOf(saved, facts));
              }}
              onChange={() => onEvent(null)}
            />
          </>
        ) : null}
      </div>
    </section>
  );
}

function introduction({ needsAddress, canConnect, name }: ProviderFacts): string {
  if (needsAddress) return "Ollama, vLLM, LM Studio or a gateway: anything that speaks like OpenAI’s API.";
  return canConnect
    ? `Connect your ${name} account, or paste a key of it.`
    : `Use ${name}’s models with a key of your own.`;
}

/** Shown at once; a person may have forty. */
const FIRST_KEYS = 6;

function KeyList({
  facts,
  keys,
  onEvent,
  onReplace,
  onDelete,
  now,
  tests,
  inPlace,
}: Props & {
  tests: ReturnType<typeof useKeyTests>;
  /** Where the key with this id is replaced, if beside its card. */
  inPlace: { keyId: string; door: ReactNode } | null;
}) {
  const [query, setQuery] = useState("");
  const [showsAll, setShowsAll] = useState(false);
  const isLong = keys.length > FIRST_KEYS;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = keys.filter(({ label, last4, baseUrl }) => {
    const known = [label, last4, baseUrl].join(" ").toLowerCase();
    return words.every((word) => known.includes(word));
  });
  const shown = showsAll || words.length > 0 ? found : found.slice(0, FIRST_KEYS);
  return (
    <div className="grid gap-2">
      {isLong ? (
        <Input
          type="search"
          aria-label={`Find a key of ${facts.name}`}
          placeholder={`Find one of ${keys.length} keys`}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      ) : null}
      <ul aria-label={`${facts.name} keys`} className="divide-y rounded-lg border bg-surface empty:hidden">
        {shown.map((aiKey) => (
          <KeyCard
            key={aiKey.id}
            aiKey={aiKey}
            facts={facts}
            test={tests.of(aiKey)}
            onTest={() => void tests.run(aiKey)}
            isOneOfSeveral={keys.length > 1}
            onTouched={() => onEvent(null)}
            onReplace={() => onReplace(aiKey.id)}
            onDelete={() => onDelete(aiKey.id)}
            now={now}
          >
            {inPlace?.keyId === aiKey.id ? inPlace.door : null}
          </KeyCard>
        ))}
      </ul>
      {words.length > 0 && found.length === 0 ? (
        <p role="status" className="text-sm text-text-muted">
          No key matches.
        </p>
      ) : null}
      {shown.length < found.length ? (
        <div>
          <Button variant="ghost" size="sm" className="-ml-3" onClick={() => setShowsAll(true)}>
            Show {found.length - shown.length} more
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function AddAnother({ facts, onEvent, isWanted }: Props) {
  const id = useId();
  const [open, setOpen] = useState(isWanted);
  return (
    <div className="grid gap-4">
      <div>
        <Button
          variant="ghost"
          size="sm"
          className="-ml-3"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <Plus aria-hidden /> {facts.needsAddress ? "Add another endpoint" : "Add another key"}
        </Button>
      </div>
      <div id={id} hidden={!open} className="rounded-lg border bg-surface p-4">
        {open ? (
          <div className="grid gap-4">
            {facts.canConnect ? <ConnectAccount facts={facts} /> : null}
            <KeyForm
              facts={facts}
              purpose="further"
              startsFocused={isWanted}
              onSaved={(saved) => {
                setOpen(false);
                const event = eventOf(saved, facts);
                onEvent(event.kind === "saved" ? { ...event, kind: "added" } : event);
              }}
              onChange={() => onEvent(null)}
            />
          </div>
        ) : null}
      </div>
    </div>
  );
}

/** The tests run from this page, by key. A result is dropped when the secret is replaced. */
function useKeyTests() {
  const [tests, setTests] = useState<Record<string, KeyTest>>({});
  const put = (name: string, test: KeyTest) => setTests((current) => ({ ...current, [name]: test }));
  return {
    of: (aiKey: AiKeySummary) => tests[nameOfSecret(aiKey)] ?? null,
    run: async (aiKey: AiKeySummary) => {
      const name = nameOfSecret(aiKey);
      if (tests[name]?.state === "running") return;
      put(name, { state: "running" });
      put(name, await runKeyTest(() => testSavedKey(aiKey.id)));
    },
  };
}

/** Changes with the address too: an endpoint may have no key. */
function nameOfSecret({ id, last4, baseUrl }: AiKeySummary): string {
  return `${id} ${last4} ${baseUrl ?? ""}`;
}
