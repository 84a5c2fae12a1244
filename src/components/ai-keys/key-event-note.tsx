import { describeSelection } from "@/components/model-selector/describe-selection";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ProviderFacts } from "@/contracts/provider";
import { ConsoleLink } from "./console-link";
import { problemOf, problemSentence } from "./key-health-words";
import { KeyNextStep } from "./key-next-step";
import type { KeyEvent } from "./provider-keys";

/** Where a key can be chosen for messages; empty in the settings, which belong to no chat. */
export interface Choice {
  selectedModel?: ModelSelection;
  /** @param keyId absent for the provider's default key */
  onUsePersonalKey?: (provider: string, keyId?: string) => void;
}

/**
 * The latest change to a key and its effect on the next message.
 *
 * @param at the provider whose part of the page shows it
 */
export function KeyEventNote({
  event: { kind, facts, keyId },
  keys,
  at,
  ...choice
}: Choice & { event: KeyEvent; keys: AiKeySummary[]; at: ProviderFacts }) {
  if (kind === "deleted") {
    return (
      <Alert variant="success" role={undefined}>
        <p>
          {facts.needsAddress ? "Your endpoint" : "Your key"} is deleted from this server.{" "}
          {facts.consoleUrl ? (
            <>
              To make it useless everywhere,{" "}
              <ConsoleLink facts={facts}>revoke it in the {facts.name} Console</ConsoleLink>.
            </>
          ) : null}
        </p>
      </Alert>
    );
  }
  const aiKey = keys.find((key) => (keyId ? key.id === keyId : key.provider === facts.id && key.isDefault));
  const problem = problemOf(aiKey);
  const said =
    facts.id !== at.id
      ? `Saved as your ${facts.name} key and sealed.`
      : (aiKey?.last4 === "" ? SAID_WITHOUT_KEY : SAID)[kind];
  if (problem) {
    return (
      <Alert variant="warning" role={undefined}>
        <p>
          {said} {problemSentence(problem, { providerName: facts.name, hasKey: aiKey?.last4 !== "" })}
        </p>
        <KeyNextStep outcome={problem} facts={facts} className="justify-self-start" />
      </Alert>
    );
  }
  return (
    <Alert variant="success" role={undefined}>
      <WhatNow said={said} kind={kind} facts={facts} aiKey={aiKey} keys={keys} {...choice} />
    </Alert>
  );
}

const SAID: Record<Exclude<KeyEvent["kind"], "deleted">, string> = {
  saved: "Your key is saved and sealed.",
  added: "Your key is saved and sealed. Your default stays as it is.",
  held: "This session has your key until you sign out, twelve hours at most.",
  replaced: "Your key is replaced.",
};

/** Of a custom endpoint without a key. */
const SAID_WITHOUT_KEY: typeof SAID = {
  saved: "Your endpoint is saved.",
  added: "Your endpoint is saved. Your default stays as it is.",
  held: "This session has your endpoint until you sign out, twelve hours at most.",
  replaced: "Your endpoint is changed.",
};

function WhatNow({
  said,
  kind,
  facts,
  aiKey,
  keys,
  selectedModel,
  onUsePersonalKey,
}: Choice & {
  said: string;
  kind: KeyEvent["kind"];
  facts: ProviderFacts;
  aiKey: AiKeySummary | undefined;
  keys: AiKeySummary[];
}) {
  const { groups } = useModelGroups();
  if (!selectedModel || !onUsePersonalKey) {
    return (
      <p>
        {said} {kind === "replaced" ? null : "Choose it under “Model Selection” in a project."}
      </p>
    );
  }
  const { payer, provider, keyId } = selectedModel;
  const uses = payer === "person" && provider === facts.id;
  if (uses && (keyId ? keyId === aiKey?.id : aiKey?.isDefault)) {
    return <p>{said} The next message uses it.</p>;
  }
  const { problem } = describeSelection(selectedModel, groups, keys);
  const still = payer === "platform" ? "the platform key" : "what you chose before";
  return (
    <>
      <p>
        {said}{" "}
        {problem
          ? "Choose one of its models for your messages."
          : `Messages still use ${still} until you choose this one.`}
      </p>
      <div>
        <Button
          variant="link"
          size="sm"
          onClick={() => onUsePersonalKey(facts.id, aiKey?.isDefault ? undefined : aiKey?.id)}
        >
          Use it now
        </Button>
      </div>
    </>
  );
}
