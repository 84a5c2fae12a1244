import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import type { ModelSelection } from "@/contracts/model-selection";
import { AnthropicKeyForm } from "./anthropic-key-form";
import { SavedKeyStatus } from "./saved-key-status";
import { deleteAnthropicKey, useAiKeys } from "./use-ai-keys";

const COMING_SOON = ["OpenAI API Key", "OpenRouter API Key"];

/** @param onUsePersonalKey leads to the other tab with the personal key preselected */
export function ApiKeysTab({
  selectedModel,
  onUsePersonalKey,
}: {
  selectedModel: ModelSelection;
  onUsePersonalKey: () => void;
}) {
  const { keys } = useAiKeys();
  const saved = keys?.find(({ provider }) => provider === "anthropic") ?? null;
  const [result, setResult] = useState<"saved" | "deleted" | null>(null);
  const [asking, setAsking] = useState(false);
  const offersSwitch = result === "saved" && selectedModel.provider === "platform";

  return (
    <div className="grid gap-6 px-5 py-5 sm:px-6">
      <section aria-label="Anthropic" className="grid gap-4">
        <AnthropicKeyForm
          saved={saved}
          onSaved={() => setResult("saved")}
          onChange={() => setResult(null)}
          deleteButton={
            saved ? (
              <Button variant="danger-ghost" onClick={() => setAsking(true)}>
                Delete Key
              </Button>
            ) : null
          }
        >
          <SavedKeyStatus saved={saved} isKnown={keys !== null} />
        </AnthropicKeyForm>
        <div aria-live="polite" className="empty:hidden">
          {offersSwitch ? (
            <Alert variant="success" role={undefined}>
              <p>Your key is saved and sealed. Messages still use the platform key until you choose yours.</p>
              <div>
                <Button variant="link" size="sm" onClick={onUsePersonalKey}>
                  Use it now
                </Button>
              </div>
            </Alert>
          ) : result === "saved" ? (
            <Alert variant="success" role={undefined}>
              Your key is saved and sealed. The next message uses it.
            </Alert>
          ) : result === "deleted" ? (
            <Alert variant="success" role={undefined}>
              Your key is deleted from this server. To make it useless everywhere, revoke it in the Anthropic
              Console.
            </Alert>
          ) : null}
        </div>
      </section>

      <section aria-labelledby="coming-soon" className="grid gap-2 border-t pt-5">
        <h3 id="coming-soon" className="text-sm font-medium">
          Coming Soon:
        </h3>
        <ul className="grid list-disc gap-1 pl-5 text-sm text-text-muted marker:text-border-strong">
          {COMING_SOON.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      </section>

      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete your Anthropic API key?"
        description={
          <>
            This server forgets the key ending in {saved?.last4 ?? "····"}. At Anthropic it stays valid until
            you revoke it there. Chats that use your key will ask you to choose again: nothing falls back to
            the platform key by itself.
          </>
        }
        confirmLabel="Delete Key"
        onConfirm={async () => {
          await deleteAnthropicKey();
          setResult("deleted");
        }}
      />
    </div>
  );
}
