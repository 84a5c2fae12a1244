import { type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { AiKeySummary, ReplaceAiKeyRequest } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { ApiError } from "@/lib/http/api-client";
import { replaceKey, testPastedKey } from "./ai-key-calls";
import { ConsoleLink } from "./console-link";
import { KeyFields, useKeyFields } from "./key-fields";
import { runKeyTest } from "./key-test";
import { KeyTestResult } from "./key-test-result";
import { MaskedKey } from "./masked-key";

const KEPT: [hours: ReplaceAiKeyRequest["keepPreviousHours"], words: string][] = [
  [0, "Not at all"],
  [1, "For 1 hour"],
  [24, "For 1 day"],
  [72, "For 3 days"],
  [168, "For 1 week"],
];

/**
 * Replaces the secret of a key. The new one is tested first and saved only if the provider accepts it or the
 * person insists.
 */
export function ReplaceKeyDialog({
  keyToReplace,
  facts,
  close,
  onReplaced,
}: {
  keyToReplace: AiKeySummary;
  facts: ProviderFacts;
  close: () => void;
  onReplaced: () => void;
}) {
  return (
    <Dialog
      open
      onClose={close}
      title="Replace key"
      description={
        <>
          “{keyToReplace.label}” <MaskedKey last4={keyToReplace.last4} /> keeps its name and place, and chats
          that use it go on with the new key.
        </>
      }
      className="max-w-md"
    >
      <ReplaceForm {...{ keyToReplace, facts, close, onReplaced }} />
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
  facts: ProviderFacts;
  close: () => void;
  onReplaced: () => void;
}) {
  const id = useId();
  const fields = useKeyFields(facts);
  const kept = useRef<HTMLSelectElement>(null);
  const [pending, setPending] = useState(false);
  const { test, setTest } = fields;

  async function replace(evenIfUntested: boolean) {
    if (pending) return;
    const { key, address } = fields.read();
    if (!key) return void fields.refuse({ key: "Paste the new key." });
    setPending(true);
    fields.begin();
    setTest({ state: "running" });
    try {
      await replaceKey(keyToReplace.id, {
        apiKey: key,
        ...(address ? { baseUrl: address } : {}),
        keepPreviousHours: keptHours(kept.current?.value),
        evenIfUntested,
      });
      fields.clear();
      onReplaced();
      close();
    } catch (error) {
      setPending(false);
      if (error instanceof ApiError && error.code === "key_not_accepted") {
        // The error is a sentence; the key's status, and so the possible actions, are reloaded.
        const baseUrl = address || keyToReplace.baseUrl;
        const pasted = { provider: facts.id, apiKey: key, ...(baseUrl ? { baseUrl } : {}) };
        setTest(await runKeyTest(() => testPastedKey(pasted)));
        return;
      }
      setTest(null);
      fields.explain(error, "The key was not replaced. Try again.");
    }
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
        <KeyFields
          fields={fields}
          label="New key"
          addressHint="A key belongs to its address: changing one takes the key again."
          initialAddress={keyToReplace.baseUrl}
          hint={
            <>
              Tested before anything changes.{" "}
              <ConsoleLink facts={facts} className="text-accent-text">
                Get a key
              </ConsoleLink>
            </>
          }
        />
        {keyToReplace.status === "ok" ? (
          <Field
            id={`${id}-kept`}
            label="Keep the old key available"
            hint="Until then you can switch back to it. It is not used automatically."
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
        {fields.failure ? <Alert variant="danger">{fields.failure} Nothing was changed.</Alert> : null}
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
