import { useId, useState } from "react";
import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { DeleteKeyDialog } from "./delete-key-dialog";
import { type Choice, KeyEventNote } from "./key-event-note";
import { KeyNotices } from "./key-notices";
import { FirstProviderKeys, FurtherProviderKeys, type KeyEvent, replacedInPlace } from "./provider-keys";
import { ReplaceKeyDialog } from "./replace-key-dialog";
import { useAiProviders } from "./use-ai-providers";
import { type WantedKey, wantedAmong } from "./wanted-key";

/**
 * Manages a person's keys, in the project dialog and in the settings.
 *
 * @param selectedModel the model chosen in this browser tab; absent where none can be chosen
 * @param onUsePersonalKey opens the selection of the person's own key of a provider
 * @param wanted the key the person came to replace, or the provider they came to give a key of
 * @param renderedAt the server's clock in milliseconds, if rendered on the server
 */
export function KeyManager({
  renderedAt,
  wanted = null,
  ...choice
}: Choice & { renderedAt?: number; wanted?: WantedKey | null }) {
  const { providers, ...ofProviders } = useAiProviders();
  const { keys, ...ofKeys } = useAiKeys();
  const [now] = useState(() => renderedAt ?? Date.now());
  const failed = [ofProviders, ofKeys].find(({ failure }) => failure !== null);
  if (failed) {
    return (
      <Alert variant="danger">
        {failed.failure}
        <div>
          <Button variant="link" size="sm" onClick={failed.reload}>
            Load the keys again
          </Button>
        </div>
      </Alert>
    );
  }
  if (!providers || !keys) {
    return (
      <div className="grid gap-3" aria-hidden>
        <Skeleton className="h-5 w-40" />
        <Skeleton className="h-9" />
        <Skeleton className="h-9 w-48" />
      </div>
    );
  }
  return <Keys {...choice} {...{ providers, keys, now, wanted }} />;
}

function Keys({
  providers,
  keys,
  now,
  wanted,
  ...choice
}: Choice & {
  providers: ProviderFacts[];
  keys: AiKeySummary[];
  now: number;
  wanted: WantedKey | null;
}) {
  const id = useId();
  /** `at` is the provider whose part of the page it happened in. */
  const [result, setResult] = useState<{ at: string; event: KeyEvent } | null>(null);
  const [first, ...others] = providers;
  const inPlace = replacedInPlace(keys.filter(({ provider }) => provider === first?.id));
  const asked = wanted && wantedAmong(keys, wanted);
  const [dialog, setDialog] = useState<{ verb: "replace" | "delete"; keyId: string } | null>(
    asked && asked.id !== inPlace?.id ? { verb: "replace", keyId: asked.id } : null,
  );
  const [focusRequest, setFocusRequest] = useState(asked && asked.id === inPlace?.id ? 1 : 0);
  // The dialog of a deleted key stays until it closes itself.
  const aiKey = keys.find((key) => key.id === dialog?.keyId);
  const facts = providers.find((each) => each.id === aiKey?.provider);

  function replace(keyId: string) {
    if (keyId === inPlace?.id) setFocusRequest((number) => number + 1);
    else setDialog({ verb: "replace", keyId });
  }
  const propsOf = (of: ProviderFacts) => ({
    facts: of,
    keys: keys.filter(({ provider }) => provider === of.id),
    onEvent: (event: KeyEvent | null) => setResult(event && { at: of.id, event }),
    onReplace: replace,
    onDelete: (keyId: string) => setDialog({ verb: "delete", keyId }),
    now,
    isWanted: wanted !== null && asked === null && wanted.provider === of.id,
  });
  const saying = (at: ProviderFacts) => (
    <div aria-live="polite" className="empty:hidden">
      {result?.at === at.id ? <KeyEventNote {...choice} event={result.event} keys={keys} at={at} /> : null}
    </div>
  );
  return (
    <div className="grid gap-6">
      <KeyNotices keys={keys} providers={providers} onReplace={replace} />
      {first ? (
        <section aria-label={first.name} className="grid gap-4">
          <FirstProviderKeys {...propsOf(first)} focusRequest={focusRequest} />
          {saying(first)}
        </section>
      ) : null}
      <section aria-labelledby={id} className="grid gap-2 border-t pt-5">
        <h3 id={id} className="text-sm font-medium text-text-muted">
          More providers
        </h3>
        <div className="divide-y">
          {others.map((each) => (
            <div key={each.id}>
              <FurtherProviderKeys {...propsOf(each)} />
              {saying(each)}
            </div>
          ))}
        </div>
      </section>
      {dialog?.verb === "replace" && aiKey && facts ? (
        <ReplaceKeyDialog
          keyToReplace={aiKey}
          facts={facts}
          close={() => setDialog(null)}
          onReplaced={() => setResult({ at: facts.id, event: { kind: "replaced", facts, keyId: aiKey.id } })}
          onSavedElsewhere={(saved) =>
            setResult({ at: facts.id, event: { kind: "added", facts: saved.facts, keyId: saved.keyId } })
          }
        />
      ) : null}
      {dialog?.verb === "delete" && aiKey && facts ? (
        <DeleteKeyDialog
          keyToDelete={aiKey}
          facts={facts}
          close={() => setDialog(null)}
          onDeleted={() => setResult({ at: facts.id, event: { kind: "deleted", facts, keyId: null } })}
        />
      ) : null}
    </div>
  );
}
