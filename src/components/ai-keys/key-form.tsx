import { type ReactNode, type SubmitEvent, useEffect, useId, useState } from "react";
import { useHydrated } from "@/components/auth/use-hydrated";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { AI_KEY_LABEL_MAX_LENGTH } from "@/contracts/limits";
import type { ProviderFacts } from "@/contracts/provider";
import { saveKey, testPastedKey } from "./ai-key-calls";
import { ConsoleLink } from "./console-link";
import { KeyFields, useKeyFields } from "./key-fields";
import { runKeyTest } from "./key-test";
import { KeyTestResult } from "./key-test-result";

/** What a saved key becomes: the provider's first key, or an additional named one. */
export type KeyPurpose = "first" | "further";

/** A key that was just saved. */
export interface SavedKey {
  /** Its provider; another one than the form's if the key was recognized as that one's. */
  facts: ProviderFacts;
  /** Null for the provider's default key. */
  keyId: string | null;
  kept: "stored" | "session";
}

/**
 * Form to test and save a key. If saving fails, the key stays in the field, so that the person need not copy
 * it from the provider's console again.
 */
export function KeyForm({
  facts,
  purpose,
  onSaved,
  onChange,
  startsFocused = false,
  children,
}: {
  facts: ProviderFacts;
  purpose: KeyPurpose;
  onSaved: (saved: SavedKey) => void;
  /** Called when the person types, to clear the result of the last save. */
  onChange?: () => void;
  /** The person came for this form. */
  startsFocused?: boolean;
  /** The status line, between the field and the buttons. */
  children?: ReactNode;
}) {
  const id = useId();
  const isHydrated = useHydrated();
  const fields = useKeyFields(facts, onChange);
  const [sessionOnly, setSessionOnly] = useState(false);
  const [pending, setPending] = useState<"save" | "test" | null>(null);
  const { needsAddress } = facts;
  const firstField = needsAddress ? fields.refs.address : fields.refs.key;
  useEffect(() => {
    if (startsFocused) firstField.current?.focus();
  }, [startsFocused, firstField]);

  function isIncomplete(verb: "saving" | "testing"): boolean {
    const { key, name, address } = fields.read();
    const lacksName = verb === "saving" && purpose === "further" && !needsAddress && !name;
    return fields.refuse({
      ...(needsAddress && !address ? { address: "Enter the address of the endpoint." } : {}),
      ...(lacksName ? { name: "Give the key a name, to tell it from the others." } : {}),
      ...(key || needsAddress ? {} : { key: `Paste an API key before ${verb}.` }),
    });
  }

  function pasted() {
    const { key, address } = fields.read();
    return { provider: facts.id, apiKey: key, ...(needsAddress ? { baseUrl: address } : {}) };
  }

  async function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending || isIncomplete("saving")) return;
    const { name } = fields.read();
    setPending("save");
    fields.begin();
    try {
      const keyId = await saveKey({
        ...pasted(),
        ...(name ? { label: name } : {}),
        ...(sessionOnly ? { sessionOnly: true } : {}),
      });
      fields.clear();
      onSaved({ facts, keyId, kept: sessionOnly ? "session" : "stored" });
      setSessionOnly(false);
    } catch (error) {
      fields.explain(error, "The key was not saved. Try again.");
    } finally {
      setPending(null);
    }
  }

  async function saveFor(owner: ProviderFacts) {
    fields.begin();
    try {
      const keyId = await fields.saveFor(owner, sessionOnly);
      onSaved({ facts: owner, keyId, kept: sessionOnly ? "session" : "stored" });
      setSessionOnly(false);
    } catch (error) {
      fields.explain(error, "The key was not saved. Try again.");
    }
  }

  async function testNow() {
    if (pending) return;
    if (isIncomplete("testing")) return;
    setPending("test");
    fields.begin();
    fields.setTest({ state: "running" });
    fields.showTest(await runKeyTest(() => testPastedKey(pasted())));
    setPending(null);
  }

  return (
    <form
      method="post"
      onSubmit={(event) => void save(event)}
      autoComplete="off"
      noValidate
      className="grid gap-4"
    >
      <KeyFields
        fields={fields}
        label={needsAddress ? "API Key (optional)" : `${facts.name} API Key`}
        onSaveFor={saveFor}
        addressHint="With its version, as its documentation gives it. Messages and the key go there."
        hint={
          needsAddress ? (
            "Leave it empty if the endpoint asks for none, like Ollama or LM Studio. A key is sealed for this address only."
          ) : (
            <>
              Saved sealed, used for your messages only, never shown again.{" "}
              <ConsoleLink facts={facts} className="text-accent-text">
                Get a key
              </ConsoleLink>
            </>
          )
        }
      >
        {purpose === "further" || needsAddress ? (
          <Field
            id={`${id}-name`}
            label={needsAddress ? "Name (optional)" : "Name"}
            error={fields.problems.name}
          >
            {(control) => (
              <Input
                {...control}
                ref={fields.refs.name}
                placeholder={needsAddress ? "Office server" : "Work"}
                maxLength={AI_KEY_LABEL_MAX_LENGTH}
                autoComplete="off"
                onChange={fields.touched}
              />
            )}
          </Field>
        ) : null}
      </KeyFields>
      <Checkbox
        label="Use for this session only"
        description={
          sessionOnly
            ? "Kept in this server’s memory and never stored. It is gone when you sign out, and after twelve hours."
            : undefined
        }
        checked={sessionOnly}
        onChange={(event) => setSessionOnly(event.target.checked)}
      />
      {fields.failure ? (
        <Alert variant="danger">{fields.failure} Your key is still in the field.</Alert>
      ) : null}
      <KeyTestResult test={fields.test} facts={facts} onRetry={() => void testNow()} />
      {children}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={!isHydrated} pending={pending === "save"}>
          Save Key
        </Button>
        <Button disabled={!isHydrated} pending={pending === "test"} onClick={() => void testNow()}>
          Test Key
        </Button>
      </div>
    </form>
  );
}
