import { type KeyboardEvent, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { MODEL_ID_FORM } from "@/contracts/limits";

/** Field for an unlisted model: of a custom endpoint, or too new for the lists. */
export function OtherModelField({ onUse, onCancel }: { onUse: (id: string) => void; onCancel: () => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);

  function use() {
    const model = field.current?.value.trim() ?? "";
    if (MODEL_ID_FORM.test(model)) onUse(model);
    else {
      setProblem("Enter the model's id as its provider writes it, without spaces.");
      field.current?.focus();
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    // The field is inside the selection form and the dialog, which must not get these keys.
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") use();
    else onCancel();
  }

  return (
    <div className="border-t px-3.5 py-3">
      <Field id={id} label="Model id" error={problem}>
        {(control) => (
          <div className="flex gap-2">
            <Input
              {...control}
              ref={field}
              // The person has just opened this field.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              autoComplete="off"
              autoCapitalize="off"
              autoCorrect="off"
              spellCheck={false}
              maxLength={220}
              placeholder="qwen3-coder:30b"
              onKeyDown={onKeyDown}
              onChange={() => setProblem(null)}
              className="flex-1 font-mono"
            />
            <Button onClick={use}>Use</Button>
          </div>
        )}
      </Field>
    </div>
  );
}
