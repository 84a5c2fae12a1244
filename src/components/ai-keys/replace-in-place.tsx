import { type SubmitEvent, useEffect } from "react";
import { useHydrated } from "@/components/auth/use-hydrated";
import { Button } from "@/components/ui/button";
import type { ProviderFacts } from "@/contracts/provider";
import { testPastedKey } from "./ai-key-calls";
import { ConsoleLink } from "./console-link";
import type { SavedKey } from "./key-form";
import { runKeyTest } from "./key-test";
import { ReplacementFields } from "./replacement-fields";
import { type Replacement, useReplacement } from "./use-replacement";

/**
 * Replaces the only key of the first provider, beside the key: the field that took the first one takes the
 * next one (use-replacement.ts).
 */
export function ReplaceInPlace({
  onTestSaved,
  onDelete,
  onSavedElsewhere,
  focusRequest,
  ...props
}: Replacement & {
  /** Tests the saved key when the field is empty. */
  onTestSaved: (() => void) | null;
  onDelete: () => void;
  onSavedElsewhere: (saved: SavedKey) => void;
  /** Each new number above zero puts the focus on the field. */
  focusRequest: number;
}) {
  const isHydrated = useHydrated();
  const replacement = useReplacement(props);
  const { fields, pending } = replacement;
  const { facts, keyToReplace } = props;
  const field = fields.refs.key;
  useEffect(() => {
    if (focusRequest === 0) return;
    field.current?.focus();
    field.current?.scrollIntoView({ block: "center" });
  }, [focusRequest, field]);

  async function testNow() {
    const { key } = fields.read();
    if (!key) {
      if (onTestSaved) onTestSaved();
      else fields.refuse({ key: "Paste an API key before testing." });
      return;
    }
    fields.begin();
    fields.setTest({ state: "running" });
    fields.setTest(await runKeyTest(() => testPastedKey({ provider: facts.id, apiKey: key })));
  }

  async function saveFor(owner: ProviderFacts) {
    fields.begin();
    try {
      onSavedElsewhere({ facts: owner, keyId: await fields.saveFor(owner), kept: "stored" });
    } catch (error) {
      fields.explain(error, "The key was not saved. Try again.");
    }
  }

  return (
    <form
      method="post"
      noValidate
      autoComplete="off"
      onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        void replacement.replace(false);
      }}
      className="grid gap-4"
    >
      <ReplacementFields
        replacement={replacement}
        keyToReplace={keyToReplace}
        label={`${facts.name} API Key`}
        asksHowLong={!fields.isEmpty}
        onSaveFor={saveFor}
        hint={
          <>
            Paste another key to replace this one. It is tested first, and the old one stays available for a
            while.{" "}
            <ConsoleLink facts={facts} className="text-accent-text">
              Get a key
            </ConsoleLink>
          </>
        }
      />
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          variant={fields.isEmpty ? "secondary" : "primary"}
          disabled={!isHydrated}
          pending={pending}
        >
          Save Key
        </Button>
        <Button
          disabled={!isHydrated}
          pending={fields.test?.state === "running" && !pending}
          onClick={() => void testNow()}
        >
          Test Key
        </Button>
        <Button variant="danger-ghost" onClick={onDelete}>
          Delete Key
        </Button>
      </div>
    </form>
  );
}
