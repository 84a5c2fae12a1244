import { type ReactNode, useId, useRef, useState } from "react";
import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ENDPOINT_ADDRESS_MAX_LENGTH } from "@/contracts/limits";
import type { ProviderFacts } from "@/contracts/provider";
import { ApiError } from "@/lib/http/api-client";
import { saveKey } from "./ai-key-calls";
import { KeyInput } from "./key-input";
import type { KeyTest } from "./key-test";
import { type PastedKeyHint, pastedKeyHint } from "./pasted-key-hint";
import { respelledAddress } from "./respelled-address";
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
  const { keys } = useAiKeys();
  const key = useRef<HTMLInputElement>(null);
  const name = useRef<HTMLInputElement>(null);
  const address = useRef<HTMLInputElement>(null);
  /**
   * Clearing replaces the element, because the browser's undo history and form restoration belong to the old
   * one.
   */
  const [version, setVersion] = useState(0);
  const [hint, setHint] = useState<PastedKeyHint | null>(null);
  const [isEmpty, setIsEmpty] = useState(true);
  const [problems, setProblems] = useState<Problems>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [test, setTest] = useState<KeyTest | null>(null);
  const [proposedAddress, setProposedAddress] = useState<string | null>(null);

  /** Shows problems at their fields and focuses the first. @returns whether there are any */
  function refuse(found: Problems): boolean {
    setProblems(found);
    setProposedAddress(null);
    const first = found.address ? address : found.name ? name : found.key ? key : null;
    first?.current?.focus();
    return first !== null;
  }

  function refuseAddress(sentence: string, proposed: string | undefined) {
    refuse({ address: sentence });
    setProposedAddress(proposed ?? respelledAddress(textIn(address)));
  }

  function clear() {
    if (key.current) key.current.value = "";
    setVersion((current) => current + 1);
    setHint(null);
    setIsEmpty(true);
  }

  return {
    facts,
    refs: { key, name, address },
    version,
    hint,
    isEmpty,
    problems,
    failure,
    test,
    setTest,
    /** Shows the result of a test, and the address that was meant at its field. */
    showTest: (done: KeyTest) => {
      if (done.state === "failed" && done.code === "endpoint_refused") {
        setTest(null);
        refuseAddress(done.sentence, undefined);
        return;
      }
      setTest(done);
      setProposedAddress((done.state === "done" && done.result.proposedAddress) || null);
    },
    refuse,
    read: () => ({ key: textIn(key), name: textIn(name), address: textIn(address) }),
    proposedAddress,
    /** Puts the address that was meant into its field. Nothing is sent until the person saves or tests it. */
    useAddress: (proposed: string) => {
      if (address.current) address.current.value = proposed;
      setProblems({});
      setProposedAddress(null);
      setFailure(null);
      setTest(null);
      address.current?.focus();
    },
    /** Clears the messages of the last attempt. */
    begin: () => {
      setProposedAddress(null);
      setFailure(null);
      setTest(null);
    },
    touched: () => {
      setProblems({});
      setProposedAddress(null);
      setFailure(null);
      setTest(null);
      onChange?.();
    },
    /** Derives the hint; the text itself is not kept. */
    showHint: (typed: string) => {
      setHint(pastedKeyHint(typed, facts, providers));
      setIsEmpty(typed.trim() === "");
    },
    clear,
    /**
     * Saves the pasted key for the provider it looks like, beside the keys there are, and clears the field.
     * @throws ApiError
     */
    saveFor: async (owner: ProviderFacts, sessionOnly = false): Promise<string | null> => {
      const others = keys?.filter(({ provider }) => provider === owner.id).length ?? 0;
      const id = await saveKey({
        provider: owner.id,
        apiKey: textIn(key),
        ...(others > 0 ? { label: `${owner.name} key ${others + 1}` } : {}),
        ...(sessionOnly ? { sessionOnly: true } : {}),
      });
      clear();
      return id;
    },
    /**
     * Shows why a key was rejected, at its field if the error names one.
     * @param fallback used if `error` is not an Error
     */
    explain: (error: unknown, fallback: string) => {
      const sentence = error instanceof Error ? error.message : fallback;
      const code = error instanceof ApiError ? error.code : null;
      if (code === "endpoint_refused") {
        refuseAddress(sentence, error instanceof ApiError ? error.proposedAddress : undefined);
      } else if (code === "invalid_request") refuse({ key: sentence });
      else {
        setFailure(sentence);
        key.current?.focus();
      }
    },
  };
}

/**
 * @param initialAddress of a custom endpoint
 * @param onSaveFor saves the pasted key for the provider it looks like
 * @param children rendered between the address and the key
 */
export function KeyFields({
  fields,
  label,
  hint,
  addressHint,
  initialAddress,
  onSaveFor,
  hidesKey = false,
  children,
}: {
  fields: ReturnType<typeof useKeyFields>;
  label: string;
  hint: ReactNode;
  addressHint: string;
  initialAddress?: string | null;
  onSaveFor: (owner: ProviderFacts) => Promise<void>;
  /** For an endpoint that asks for no key. */
  hidesKey?: boolean;
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
      {fields.proposedAddress ? (
        <UseAddress proposed={fields.proposedAddress} onUse={fields.useAddress} />
      ) : null}
      {children}
      {hidesKey ? null : (
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
      )}
      <div aria-live="polite" className="empty:hidden">
        {fields.hint ? (
          <Alert variant="warning" role={undefined}>
            <p>{fields.hint.sentence}</p>
            {fields.hint.owner ? <SaveFor owner={fields.hint.owner} onSaveFor={onSaveFor} /> : null}
          </Alert>
        ) : null}
      </div>
    </>
  );
}

/** Corrects the address with one click. */
function UseAddress({ proposed, onUse }: { proposed: string; onUse: (proposed: string) => void }) {
  return (
    <div>
      <Button size="sm" className="h-auto py-1 text-left wrap-anywhere" onClick={() => onUse(proposed)}>
        Use {proposed}
      </Button>
    </div>
  );
}

function SaveFor({
  owner,
  onSaveFor,
}: {
  owner: ProviderFacts;
  onSaveFor: (owner: ProviderFacts) => Promise<void>;
}) {
  const [pending, setPending] = useState(false);
  return (
    <div>
      <Button
        size="sm"
        className="mt-1"
        pending={pending}
        onClick={() => {
          setPending(true);
          void onSaveFor(owner).finally(() => setPending(false));
        }}
      >
        Save as {owner.name} key
      </Button>
    </div>
  );
}

function textIn(field: { current: HTMLInputElement | null }): string {
  return field.current?.value.trim() ?? "";
}
