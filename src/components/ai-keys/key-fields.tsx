import { type ReactNode, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ENDPOINT_ADDRESS_MAX_LENGTH } from "@/contracts/limits";
import type { ProviderFacts } from "@/contracts/provider";
import { ApiError } from "@/lib/http/api-client";
import { KeyInput } from "./key-input";
import type { KeyTest } from "./key-test";
import { pastedKeyHint } from "./pasted-key-hint";
import { useAiProviders } from "./use-ai-providers";

interface Problems {
  address?: string;
  name?: string;
  key?: string;
}

/**
 * The fields of a key form and their messages. The key lives only in the DOM field (uncontrolled), never in
 * React state: it is read when it is sent, and cleared once the server has it.
 *
 * @param onChange called when the person types
 */
export function useKeyFields(facts: ProviderFacts, onChange?: () => void) {
  const { providers } = useAiProviders();
  const key = useRef<HTMLInputElement>(null);
  const name = useRef<HTMLInputElement>(null);
  const address = useRef<HTMLInputElement>(null);
  /**
   * Clearing replaces the element, because the browser's undo history and form restoration belong to the old
   * one.
   */
  const [version, setVersion] = useState(0);
  const [hint, setHint] = useState<string | null>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [test, setTest] = useState<KeyTest | null>(null);

  /** Shows problems at their fields and focuses the first. @returns whether there are any */
  function refuse(found: Problems): boolean {
    setProblems(found);
    const first = found.address ? address : found.name ? name : found.key ? key : null;
    first?.current?.focus();
    return first !== null;
  }

  return {
    facts,
    refs: { key, name, address },
    version,
    hint,
    problems,
    failure,
    test,
    setTest,
    refuse,
    read: () => ({ key: textIn(key), name: textIn(name), address: textIn(address) }),
    /** Clears the messages of the last attempt. */
    begin: () => {
      setFailure(null);
      setTest(null);
    },
    touched: () => {
      setProblems({});
      setFailure(null);
      setTest(null);
      onChange?.();
    },
    /** Derives the hint; the text itself is not kept. */
    showHint: (typed: string) => setHint(pastedKeyHint(typed, facts, providers)),
    clear: () => {
      if (key.current) key.current.value = "";
      setVersion((current) => current + 1);
      setHint(null);
    },
    /**
     * Shows why a key was rejected, at its field if the error names one.
     * @param fallback used if `error` is not an Error
     */
    explain: (error: unknown, fallback: string) => {
      const sentence = error instanceof Error ? error.message : fallback;
      const code = error instanceof ApiError ? error.code : null;
      if (code === "endpoint_refused") refuse({ address: sentence });
      else if (code === "invalid_request") refuse({ key: sentence });
      else {
        setFailure(sentence);
        key.current?.focus();
      }
    },
  };
}

/**
 * @param initialAddress of a custom endpoint
 * @param children rendered between the address and the key
 */
export function KeyFields({
  fields,
  label,
  hint,
  addressHint,
  initialAddress,
  children,
}: {
  fields: ReturnType<typeof useKeyFields>;
  label: string;
  hint: ReactNode;
  addressHint: string;
  initialAddress?: string | null;
  children?: ReactNode;
}) {
  const id = useId();
  const { facts, refs, problems } = fields;
  return (
    <>
      {facts.needsAddress ? (
        <Field id={`${id}-address`} label="Address" error={problems.address} hint={addressHint}>
          {(control) => (
            <Input
              {...control}
              ref={refs.address}
              type="url"
              inputMode="url"
              defaultValue={initialAddress ?? ""}
              placeholder="https://models.example.com/v1"
              maxLength={ENDPOINT_ADDRESS_MAX_LENGTH}
              autoComplete="off"
              autoCapitalize="off"
              autoCorrect="off"
              spellCheck={false}
              className="font-mono"
              onChange={fields.touched}
            />
          )}
        </Field>
      ) : null}
      {children}
      <Field id={id} label={label} error={problems.key} hint={hint}>
        {(control) => (
          <KeyInput
            key={fields.version}
            {...control}
            ref={refs.key}
            placeholder={facts.keyPlaceholder}
            onChange={(event) => {
              fields.showHint(event.currentTarget.value);
              fields.touched();
            }}
          />
        )}
      </Field>
      <div aria-live="polite" className="empty:hidden">
        {fields.hint ? (
          <Alert variant="warning" role={undefined}>
            {fields.hint}
          </Alert>
        ) : null}
      </div>
    </>
  );
}

function textIn(field: { current: HTMLInputElement | null }): string {
  return field.current?.value.trim() ?? "";
}
