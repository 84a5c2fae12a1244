import { type ReactNode, type SubmitEvent, useId, useRef, useState } from "react";
import { useHydrated } from "@/components/auth/use-hydrated";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { AI_KEY_LABEL_MAX_LENGTH, SaveAiKeyRequest } from "@/contracts/ai-keys";
import type { AiProviderFacts } from "@/contracts/ai-provider";
import { ApiError } from "@/lib/http/api-client";
import { saveKey, testPastedKey } from "./ai-key-calls";
import { ConsoleLink } from "./console-link";
import { KeyInput } from "./key-input";
import { type KeyTest, runKeyTest } from "./key-test";
import { KeyTestResult } from "./key-test-result";
import { pastedKeyHint } from "./pasted-key-hint";
import { useAiProviders } from "./use-ai-providers";
import { useKeyField } from "./use-key-field";

/** Written out because importing the value would bring the schema library into the page; the type keeps it honest. */
const LABEL_MAX_LENGTH: typeof AI_KEY_LABEL_MAX_LENGTH = 60;
const ADDRESS_MAX_LENGTH = 300;

/**
 * What a saved key becomes: the provider's first, a replacement of the one there is, or a further one with a name.
 */
export type KeyPurpose = "first" | "replace" | "further";

/**
 * Takes a key, tests it if asked to, and saves it. The key lives in the DOM field alone (uncontrolled), never in React state, and leaves
 * it when the server has it. When saving fails it stays in the field, so that nobody has to fetch it from the provider's console again.
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
  facts: AiProviderFacts;
  purpose: KeyPurpose;
  onSaved: (kept: "stored" | "session") => void;
  /** Somebody types: what was said about the last save is over. */
  onChange?: () => void;
  /** Tests the key that is saved, when the field is empty. */
  onTestSaved?: () => void;
  extraButton?: ReactNode;
  /** The status line, between the field and the buttons. */
  children?: ReactNode;
}) {
  const id = useId();
  const { providers } = useAiProviders();
  const isHydrated = useHydrated();
  const key = useKeyField();
  const name = useRef<HTMLInputElement>(null);
  const address = useRef<HTMLInputElement>(null);
  const [sessionOnly, setSessionOnly] = useState(false);
  const [pending, setPending] = useState<"save" | "test" | null>(null);
  const [hint, setHint] = useState<string | null>(null);
  const [problems, setProblems] = useState<{ key?: string; name?: string; address?: string }>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [test, setTest] = useState<KeyTest | null>(null);
  const hasName = purpose === "further" || facts.needsAddress;

  function touched() {
    setProblems({});
    setFailure(null);
    setTest(null);
    onChange?.();
  }

  /** What is missing in the fields, or null. The first field at fault gets the focus. */
  function incomplete(verb: "saving" | "testing"): boolean {
    const found = {
      ...(facts.needsAddress && !address.current?.value.trim()
        ? { address: "Enter the address of the endpoint." }
        : {}),
      ...(verb === "saving" && purpose === "further" && !facts.needsAddress && !name.current?.value.trim()
        ? { name: "Give the key a name, to tell it from the others." }
        : {}),
      ...(key.read() ? {} : { key: `Paste an API key before ${verb}.` }),
    };
    setProblems(found);
    if (found.address) address.current?.focus();
    else if (found.name) name.current?.focus();
    else if (found.key) key.focus();
    return Object.keys(found).length > 0;
  }

  /** Read at the moment it is sent. */
  function pasted() {
    return {
      provider: facts.id,
      apiKey: key.read(),
      ...(facts.needsAddress ? { baseUrl: address.current?.value.trim() ?? "" } : {}),
    };
  }

  async function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending || incomplete("saving")) return;
    const label = hasName ? name.current?.value.trim() : "";
    const request: SaveAiKeyRequest = {
      ...pasted(),
      ...(label ? { label } : {}),
      ...(sessionOnly ? { sessionOnly: true } : {}),
    };
    setPending("save");
    setFailure(null);
    setTest(null);
    try {
      await saveKey(request);
      key.clear();
      setHint(null);
      onSaved(sessionOnly ? "session" : "stored");
      setSessionOnly(false);
    } catch (error) {
      if (error instanceof ApiError && error.code === "endpoint_refused") {
        setProblems({ address: error.message });
        address.current?.focus();
      } else if (error instanceof ApiError && error.code === "invalid_request") {
        setProblems({ key: error.message });
        key.focus();
      } else {
        setFailure(error instanceof Error ? error.message : "The key was not saved. Try again.");
        key.focus();
      }
    } finally {
      setPending(null);
    }
  }

  async function testNow() {
    if (pending) return;
    if (!key.read() && onTestSaved) return onTestSaved();
    if (incomplete("testing")) return;
    setPending("test");
    setFailure(null);
    setTest({ state: "running" });
    setTest(await runKeyTest(() => testPastedKey(pasted())));
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
      {facts.needsAddress ? (
        <Field
          id={`${id}-address`}
          label="Address"
          error={problems.address}
          hint="With its version, as its documentation gives it. Messages and the key go there."
        >
          {(control) => (
            <Input
              {...control}
              ref={address}
              type="url"
              inputMode="url"
              placeholder="https://models.example.com/v1"
              maxLength={ADDRESS_MAX_LENGTH}
              autoComplete="off"
              autoCapitalize="off"
              autoCorrect="off"
              spellCheck={false}
              className="font-mono"
              onChange={touched}
            />
          )}
        </Field>
      ) : null}
      {hasName ? (
        <Field
          id={`${id}-name`}
          label={facts.needsAddress ? "Name (optional)" : "Name"}
          error={problems.name}
        >
          {(control) => (
            <Input
              {...control}
              ref={name}
              placeholder={facts.needsAddress ? "Office server" : "Work"}
              maxLength={LABEL_MAX_LENGTH}
              autoComplete="off"
              onChange={touched}
            />
          )}
        </Field>
      ) : null}
      <Field
        id={id}
        label={facts.needsAddress ? "API Key" : `${facts.name} API Key`}
        error={problems.key}
        hint={
          facts.needsAddress ? (
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
        {(control) => (
          <KeyInput
            key={key.version}
            {...control}
            ref={key.ref}
            placeholder={facts.keyPlaceholder}
            onChange={(event) => {
              // The hint is derived here and the text itself is not kept.
              setHint(pastedKeyHint(event.currentTarget.value, facts, providers));
              touched();
            }}
          />
        )}
      </Field>
      <div aria-live="polite" className="empty:hidden">
        {hint ? (
          <Alert variant="warning" role={undefined}>
            {hint}
          </Alert>
        ) : null}
      </div>
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
      {failure ? <Alert variant="danger">{failure} Your key is still in the field.</Alert> : null}
      <KeyTestResult test={test} onRetry={() => void testNow()} />
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
