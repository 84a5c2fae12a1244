import { type ReactNode, useId } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { Day } from "./day";
import { KeyFields } from "./key-fields";
import { KeyTestResult } from "./key-test-result";
import { KEPT, KEPT_USUALLY, type useReplacement } from "./use-replacement";

/** The fields of a replacement, what was found about the new key, and what to do about it. */
export function ReplacementFields({
  replacement,
  keyToReplace,
  label,
  hint,
  asksHowLong,
  onSaveFor,
}: {
  replacement: ReturnType<typeof useReplacement>;
  keyToReplace: AiKeySummary;
  label: string;
  hint: ReactNode;
  /** Whether to ask how long the previous key stays; else it is a day. */
  asksHowLong: boolean;
  onSaveFor: (owner: ProviderFacts) => Promise<void>;
}) {
  const id = useId();
  const { fields, kept, keepsExpiry, needsKey, setAsksForNone, mayInsist, replace } = replacement;
  const { facts } = fields;
  return (
    <>
      <KeyFields
        fields={fields}
        label={label}
        addressHint="A key belongs to its address: changing one takes the key again."
        initialAddress={keyToReplace.baseUrl}
        hint={hint}
        onSaveFor={onSaveFor}
        hidesKey={!needsKey}
      />
      {facts.needsAddress ? (
        <Checkbox
          label="The endpoint asks for no key"
          checked={!needsKey}
          onChange={(event) => {
            setAsksForNone(event.target.checked);
            fields.touched();
          }}
        />
      ) : null}
      {asksHowLong && keyToReplace.status === "ok" ? (
        <Field
          id={`${id}-kept`}
          label="Keep the old key available"
          hint="Until then you can switch back to it. It is not used automatically."
        >
          {(control) => (
            <Select {...control} ref={kept} defaultValue={KEPT_USUALLY}>
              {KEPT.map(([hours, words]) => (
                <option key={hours} value={hours}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
      {asksHowLong && keyToReplace.expiresAt && !keyToReplace.isExpired ? (
        <Checkbox
          ref={keepsExpiry}
          label={
            <>
              Keep its last day, <Day day={keyToReplace.expiresAt} />
            </>
          }
          description="Else the new key has none."
        />
      ) : null}
      {fields.failure ? <Alert variant="danger">{fields.failure} Nothing was changed.</Alert> : null}
      <KeyTestResult test={fields.test} facts={facts}>
        {fields.test?.state === "done" && fields.test.result.outcome === "ok" ? null : (
          <p>Nothing was changed. The key is still in the field.</p>
        )}
        {mayInsist ? (
          <div>
            <Button variant="link" size="sm" onClick={() => void replace(true)}>
              Replace anyway
            </Button>
          </div>
        ) : null}
      </KeyTestResult>
    </>
  );
}
