import { useRef, useState } from "react";
import type { AiKeySummary, KeyTestResult, ReplaceAiKeyRequest } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { ApiError } from "@/lib/http/api-client";
import { replaceKey, testPastedKey } from "./ai-key-calls";
import { today } from "./key-days";
import { useKeyFields } from "./key-fields";
import { runKeyTest } from "./key-test";

/** Where a key is replaced. */
export interface Replacement {
  keyToReplace: AiKeySummary;
  facts: ProviderFacts;
  /** @param result of testing the new one, which was `ok` unless the person insisted */
  onReplaced: (result: KeyTestResult) => void;
  /** Called when the person types, to clear the result of the last change. */
  onChange?: () => void;
}

/**
 * Replaces the secret of a key, in the dialog and beside the key alike. The new one is tested first and saved
 * only if the provider accepts it or the person insists; the previous one stays available for a while.
 */
export function useReplacement({ keyToReplace, facts, onReplaced, onChange }: Replacement) {
  const fields = useKeyFields(facts, onChange);
  const kept = useRef<HTMLSelectElement>(null);
  const keepsExpiry = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);
  const [asksForNone, setAsksForNone] = useState(keyToReplace.last4 === "");
  const { test, setTest } = fields;
  const needsKey = !(facts.needsAddress && asksForNone);

  async function replace(evenIfUntested: boolean) {
    if (pending) return;
    const { key, address } = fields.read();
    if (!key && needsKey) return void fields.refuse({ key: "Paste the new key." });
    const apiKey = needsKey ? key : "";
    setPending(true);
    fields.begin();
    setTest({ state: "running" });
    try {
      const result = await replaceKey(keyToReplace.id, {
        apiKey,
        ...(address ? { baseUrl: address } : {}),
        keepPreviousHours: keptHours(kept.current?.value),
        evenIfUntested,
        keepsExpiry: keepsExpiry.current?.checked ?? false,
        madeOn: today(),
      });
      fields.clear();
      setTest(null);
      onReplaced(result);
    } catch (error) {
      if (error instanceof ApiError && error.code === "key_not_accepted") {
        // The error is a sentence; the key's status, and so the possible actions, are reloaded.
        const baseUrl = address || keyToReplace.baseUrl;
        const pasted = { provider: facts.id, apiKey, ...(baseUrl ? { baseUrl } : {}) };
        fields.showTest(await runKeyTest(() => testPastedKey(pasted)));
      } else {
        setTest(null);
        fields.explain(error, "The key was not replaced. Try again.");
      }
    } finally {
      setPending(false);
    }
  }

  return {
    fields,
    kept,
    keepsExpiry,
    pending,
    replace,
    needsKey,
    setAsksForNone,
    mayInsist: test?.state === "done" && test.result.outcome !== "ok" && test.result.outcome !== "invalid",
  };
}

/** How long the previous secret can be kept. */
export const KEPT: [hours: ReplaceAiKeyRequest["keepPreviousHours"], words: string][] = [
  [0, "Not at all"],
  [1, "For 1 hour"],
  [24, "For 1 day"],
  [72, "For 3 days"],
  [168, "For 1 week"],
];
export const KEPT_USUALLY = 24;

function keptHours(value: string | undefined): ReplaceAiKeyRequest["keepPreviousHours"] {
  return KEPT.find(([hours]) => String(hours) === value)?.[0] ?? KEPT_USUALLY;
}
