import { useId, useState } from "react";
import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { type Choice, KeyEventNote } from "./key-event-note";
import { KeyNotices } from "./key-notices";
import { FirstProviderKeys, FurtherProviderKeys, type KeyEvent } from "./provider-keys";
import { useAiProviders } from "./use-ai-providers";

/**
 * Manages a person's keys, in the project dialog and in the settings.
 *
 * @param selectedModel the model chosen in this browser tab; absent where none can be chosen
 * @param onUsePersonalKey opens the selection of the person's own key of a provider
 * @param renderedAt the server's clock in milliseconds, if rendered on the server
 */
export function KeyManager({ renderedAt, ...choice }: Choice & { renderedAt?: number }) {
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
  return <Keys {...choice} {...{ providers, keys, now }} />;
}

function Keys({
  providers,
  keys,
  now,
  ...choice
}: Choice & { providers: ProviderFacts[]; keys: AiKeySummary[]; now: number }) {
  const id = useId();
  const [result, setResult] = useState<{ facts: ProviderFacts; event: KeyEvent } | null>(null);
  const propsOf = (facts: ProviderFacts) => ({
    facts,
    keys: keys.filter(({ provider }) => provider === facts.id),
    onEvent: (event: KeyEvent | null) => setResult(event && { facts, event }),
    now,
  });
  const [first, ...others] = providers;
  const saying = (facts: ProviderFacts) => (
    <div aria-live="polite" className="empty:hidden">
      {result?.facts.id === facts.id ? <KeyEventNote {...choice} {...result} /> : null}
    </div>
  );
  return (
    <div className="grid gap-6">
      <KeyNotices keys={keys} providers={providers} />
      {first ? (
        <section aria-label={first.name} className="grid gap-4">
          <FirstProviderKeys {...propsOf(first)} />
          {saying(first)}
        </section>
      ) : null}
      <section aria-labelledby={id} className="grid gap-2 border-t pt-5">
        <h3 id={id} className="text-sm font-medium text-text-muted">
          More providers
        </h3>
        <div className="divide-y">
          {others.map((facts) => (
            <div key={facts.id}>
              <FurtherProviderKeys {...propsOf(facts)} />
              {saying(facts)}
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}
