import type { ReactNode } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ProviderFacts } from "@/contracts/provider";
import { ConsoleLink } from "./console-link";
import type { KeyEvent } from "./provider-keys";

/** Where a key can be chosen for messages; empty in the settings, which belong to no chat. */
export interface Choice {
  selectedModel?: ModelSelection;
  onUsePersonalKey?: (provider: string) => void;
}

/** The latest change to a key and its effect on the next message. */
export function KeyEventNote({ event, ...props }: Choice & { facts: ProviderFacts; event: KeyEvent }) {
  return (
    <Alert variant="success" role={undefined}>
      {noteOf(event, props)}
    </Alert>
  );
}

function noteOf(event: KeyEvent, { facts, ...choice }: Choice & { facts: ProviderFacts }): ReactNode {
  switch (event) {
    case "saved":
      return <Saved facts={facts} {...choice} />;
    case "added":
      return "Your key is saved and sealed. Your default stays as it is.";
    case "held":
      return "This session has your key until you sign out, twelve hours at most. Choose it under “Model Selection” in a project.";
    case "deleted":
      return (
        <p>
          Your key is deleted from this server. To make it useless everywhere,{" "}
          {facts.consoleUrl ? (
            <ConsoleLink facts={facts}>revoke it in the {facts.name} Console</ConsoleLink>
          ) : (
            "revoke it at its endpoint"
          )}
          .
        </p>
      );
  }
}

function Saved({ facts, selectedModel, onUsePersonalKey }: Choice & { facts: ProviderFacts }) {
  if (!selectedModel || !onUsePersonalKey) {
    return "Your key is saved and sealed. Choose it under “Model Selection” in a project.";
  }
  if (selectedModel.payer === "person" && selectedModel.provider === facts.id) {
    return "Your key is saved and sealed. The next message uses it.";
  }
  const payer = selectedModel.payer === "platform" ? "the platform key" : "the key you chose before";
  return (
    <>
      <p>Your key is saved and sealed. Messages still use {payer} until you choose yours.</p>
      <div>
        <Button variant="link" size="sm" onClick={() => onUsePersonalKey(facts.id)}>
          Use it now
        </Button>
      </div>
    </>
  );
}
