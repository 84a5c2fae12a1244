import { type ReactNode, type SubmitEvent, useId, useState } from "react";
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

/**
 * What a saved key becomes: the provider's first key, a replacement of the existing one, or an additional
 * named one.
 */
export type KeyPurpose = "first" | "replace" | "further";

/**
 * Form to test and save a key. If saving fails, the key stays in the field, so that the person need not copy
 * it from the provider's console again.
 */
export function KeyForm({
  facts,
  purpose,
  onSaved,
  onChange,
  onTestSaved,
  extraButton,
  children,
}: {
  facts: ProviderFacts;
  purpose: KeyPurpose;
  onSaved: (kept: "stored" | "session") => void;
  /** Called when the person types, to clear the result of the last save. */
  onChange?: () => void;
  /** Tests the saved key when the field is empty. */
  onTestSaved?: () => void;
  extraButton?: ReactNode;
  /** The status line, between the field and the buttons. */
  children?: ReactNode;
}) {
  const id = useId();
  const isHydrated = useHydrated();
  const fields = useKeyFields(facts, onChange);
  const [sessionOnly, setSessionOnly] = useState(false);
  const [pending, setPending] = useState<"save" | "test" | null>(null);
  const { needsAddress } = facts;

  function isIncomplete(verb: "saving" | "testing"): boolean {
    const { key, name, address } = fields.read();
    const lacksName = verb === "saving" && purpose === "further" && !needsAddress && !name;
    return fields.refuse({
      ...(needsAddress && !address ? { address: "Enter the address of the endpoint." } : {}),
      ...(lacksName ? { name: "Give the key a name, to tell it from the others." } : {}),
      ...(key ? {} : { key: `Paste an API key before ${verb}.` }),
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
      await saveKey({
        ...pasted(),
        ...(name ? { label: name } : {}),
        ...(sessionOnly ? { sessionOnly: true } : {}),
      });
      fields.clear();
      onSaved(sessionOnly ? "session" : "stored");
      setSessionOnly(false);
    } catch (error) {
      fields.explain(error, "The key was not saved. Try again.");
    } finally {
      setPending(null);
    }
  }

  async function testNow() {
    if (pending) return;
    if (!fields.read().key && onTestSaved) return onTestSaved();
    if (isIncomplete("testing")) return;
    setPending("test");
    fields.begin();
    fields.setTest({ state: "running" });
    fields.setTest(await runKeyTest(() => testPastedKey(pasted())));
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
        label={needsAddress ? "API Key" : `${facts.name} API Key`}
        addressHint="With its version, as its documentation gives it. Messages and the key go there."
        hint={
          needsAddress ? (
            "Saved sealed for this address only. An endpoint that asks for no key takes any eight characters."
          ) : (
            <>
              {purpose === "replace"
                ? "Paste another key to replace the saved one. "
                : "Saved sealed, used for your messages only, never shown again. "}
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
      {purpose === "replace" ? null : (
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
      )}
      {fields.failure ? (
        <Alert variant="danger">{fields.failure} Your key is still in the field.</Alert>
      ) : null}
      <KeyTestResult test={fields.test} onRetry={() => void testNow()} />
      {children}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={!isHydrated} pending={pending === "save"}>
          Save Key
        </Button>
        <Button disabled={!isHydrated} pending={pending === "test"} onClick={() => void testNow()}>
          Test Key
        </Button>
        {extraButton}
      </div>
    </form>
  );
}
