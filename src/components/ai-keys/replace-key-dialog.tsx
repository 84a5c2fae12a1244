import { type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogBody,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { AiKeySummary, ReplaceAiKeyRequest } from "@/contracts/ai-keys";
import type { AiProviderFacts } from "@/contracts/ai-provider";
import { ApiError } from "@/lib/http/api-client";
import { replaceKey, testPastedKey } from "./ai-key-calls";
import { ConsoleLink } from "./console-link";
import { KeyInput } from "./key-input";
import { type KeyTest, runKeyTest } from "./key-test";
import { KeyTestResult } from "./key-test-result";
import { MaskedKey } from "./masked-key";
import { pastedKeyHint } from "./pasted-key-hint";
import { useAiProviders } from "./use-ai-providers";
import { useKeyField } from "./use-key-field";

const KEPT: [hours: ReplaceAiKeyRequest["keepPreviousHours"], words: string][] = [
  [0, "Not at all"],
  [1, "For 1 hour"],
  [24, "For 1 day"],
  [72, "For 3 days"],
  [168, "For 1 week"],
];

/** Puts another key in the place of one. The new one is tested first; nothing changes unless its provider accepts it or the person insists. */
export function ReplaceKeyDialog({
  keyToReplace,
  facts,
  close,
  onReplaced,
}: {
  keyToReplace: AiKeySummary;
  facts: AiProviderFacts;
  close: () => void;
  onReplaced: () => void;
}) {
  return (
    <Dialog open onOpenChange={close}>
      <DialogContent className="max-w-md">
        <DialogHeader>
          <DialogTitle>Replace key</DialogTitle>
          <DialogDescription>
            “{keyToReplace.label}” <MaskedKey last4={keyToReplace.last4} /> keeps its name and place, and
            chats that use it go on with the new key.
          </DialogDescription>
        </DialogHeader>
        <ReplaceForm {...{ keyToReplace, facts, close, onReplaced }} />
      </DialogContent>
    </Dialog>
  );
}

function ReplaceForm({
  keyToReplace,
  facts,
  close,
  onReplaced,
}: {
  keyToReplace: AiKeySummary;
  facts: AiProviderFacts;
  close: () => void;
  onReplaced: () => void;
}) {
  const id = useId();
  const { providers } = useAiProviders();
  const key = useKeyField();
  const address = useRef<HTMLInputElement>(null);
  const kept = useRef<HTMLSelectElement>(null);
  const [pending, setPending] = useState(false);
  const [hint, setHint] = useState<string | null>(null);
  const [problems, setProblems] = useState<{ key?: string; address?: string }>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [test, setTest] = useState<KeyTest | null>(null);
  const isReadable = keyToReplace.status === "ok";

  function touched() {
    setProblems({});
    setFailure(null);
    setTest(null);
  }

  function baseUrl(): { baseUrl?: string } {
    const typed = address.current?.value.trim();
    return facts.needsAddress && typed ? { baseUrl: typed } : {};
  }

  async function replace(evenIfUntested: boolean) {
    if (pending) return;
    if (!key.read()) {
      setProblems({ key: "Paste the new key." });
      key.focus();
      return;
    }
    setPending(true);
    setFailure(null);
    setTest({ state: "running" });
    try {
      await replaceKey(keyToReplace.id, {
        apiKey: key.read(),
        ...baseUrl(),
        keepPreviousHours: keptHours(kept.current?.value),
        evenIfUntested,
      });
      key.clear();
      onReplaced();
      close();
    } catch (error) {
      setPending(false);
      await explain(error);
    }
  }

  async function explain(error: unknown) {
    const code = error instanceof ApiError ? error.code : null;
    const sentence = error instanceof Error ? error.message : "The key was not replaced. Try again.";
    if (code === "key_not_accepted") {
      // The refusal is a sentence; how the key stands, and so what can be done, is asked for again.
      const pasted = { provider: facts.id, apiKey: key.read(), ...addressOfTest() };
      setTest(await runKeyTest(() => testPastedKey(pasted)));
      return;
    }
    setTest(null);
    if (code === "endpoint_refused") setProblems({ address: sentence });
    else if (code === "invalid_request") setProblems({ key: sentence });
    else setFailure(sentence);
  }

  function addressOfTest(): { baseUrl?: string } {
    const typed = baseUrl();
    return typed.baseUrl || keyToReplace.baseUrl === null ? typed : { baseUrl: keyToReplace.baseUrl };
  }

  const mayInsist =
    test?.state === "done" && test.result.outcome !== "ok" && test.result.outcome !== "invalid";

  return (
    <form
      method="post"
      noValidate
      autoComplete="off"
      onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        void replace(false);
      }}
      className="contents"
    >
      <DialogBody className="grid gap-4">
        {facts.needsAddress ? (
          <Field
            id={`${id}-address`}
            label="Address"
            error={problems.address}
            hint="A key belongs to its address: changing one takes the key again."
          >
            {(control) => (
              <Input
                {...control}
                ref={address}
                type="url"
                inputMode="url"
                defaultValue={keyToReplace.baseUrl ?? ""}
                maxLength={300}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                className="font-mono"
                onChange={touched}
              />
            )}
          </Field>
        ) : null}
        <Field
          id={id}
          label="New key"
          error={problems.key}
          hint={
            <>
              Tested before anything changes.{" "}
              <ConsoleLink facts={facts} className="text-accent-text">
                Get a key
              </ConsoleLink>
            </>
          }
        >
          {(control) => (
            <KeyInput
              key={key.version}
              {...control}
              ref={key.ref}
              placeholder={facts.keyPlaceholder}
              onChange={(event) => {
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
        {isReadable ? (
          <Field
            id={`${id}-kept`}
            label="Keep the old key available"
            hint="Until then you can switch back to it. It is not used by itself."
          >
            {(control) => (
              <Select {...control} ref={kept} defaultValue="24">
                {KEPT.map(([hours, words]) => (
                  <option key={hours} value={hours}>
                    {words}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ) : null}
        {failure ? <Alert variant="danger">{failure} Nothing was changed.</Alert> : null}
        <KeyTestResult test={test}>
          <p>Nothing was changed. The key is still in the field.</p>
          {mayInsist ? (
            <div>
              <Button variant="link" size="sm" onClick={() => void replace(true)}>
                Replace anyway
              </Button>
            </div>
          ) : null}
        </KeyTestResult>
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Replace key
        </Button>
      </DialogFooter>
    </form>
  );
}

function keptHours(value: string | undefined): ReplaceAiKeyRequest["keepPreviousHours"] {
  return KEPT.find(([hours]) => String(hours) === value)?.[0] ?? 0;
}
