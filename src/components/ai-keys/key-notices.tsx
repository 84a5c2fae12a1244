import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { changeKey } from "./ai-key-calls";
import { noticeSentence } from "./key-health-words";
import { KeyNextStep } from "./key-next-step";
import { MaskedKey } from "./masked-key";

/** Notices that a key failed in a chat, shown until dismissed. */
export function KeyNotices({
  keys,
  providers,
  onReplace,
}: {
  keys: AiKeySummary[];
  providers: ProviderFacts[];
  onReplace: (keyId: string) => void;
}) {
  const noticed = keys.flatMap((aiKey) => {
    const facts = providers.find(({ id }) => id === aiKey.provider);
    return aiKey.hasNotice && facts ? [{ aiKey, facts }] : [];
  });
  if (noticed.length === 0) return null;
  return (
    <div className="grid gap-2">
      {noticed.map(({ aiKey, facts }) => (
        <Notice key={aiKey.id} aiKey={aiKey} facts={facts} onReplace={() => onReplace(aiKey.id)} />
      ))}
    </div>
  );
}

function Notice({
  aiKey,
  facts,
  onReplace,
}: {
  aiKey: AiKeySummary;
  facts: ProviderFacts;
  onReplace: () => void;
}) {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const outcome = aiKey.health?.outcome ?? "unknown";

  async function dismiss() {
    setPending(true);
    setFailure(null);
    try {
      await changeKey(aiKey.id, { noticeSeen: true });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "That did not work. Try again.");
    } finally {
      setPending(false);
    }
  }

  return (
    <Alert variant="warning" role={undefined}>
      <p>
        <strong>{aiKey.label}</strong> <MaskedKey last4={aiKey.last4} /> stopped working.{" "}
        {noticeSentence(outcome, { providerName: facts.name, hasKey: aiKey.last4 !== "" })}
      </p>
      {failure ? <p role="alert">{failure}</p> : null}
      <div className="flex flex-wrap items-center gap-x-4">
        {outcome === "invalid" ? (
          <Button variant="link" size="sm" onClick={onReplace}>
            Replace…
          </Button>
        ) : (
          <KeyNextStep outcome={outcome === "no_credit" ? outcome : "forbidden"} facts={facts} />
        )}
        <Button variant="link" size="sm" pending={pending} onClick={() => void dismiss()}>
          Dismiss
        </Button>
      </div>
    </Alert>
  );
}
