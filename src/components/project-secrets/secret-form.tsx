import { type RefObject, type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { SECRET_NAME_FORM, SECRET_NAME_MAX_LENGTH, SECRET_NOTE_MAX_LENGTH } from "@/contracts/limits";
import { ApiError } from "@/lib/http/api-client";

/**
 * Adds a secret, or replaces the value of an existing one. The value lives only in its field, never in React
 * state, and is cleared once the server has it.
 */
export function SecretForm({
  name,
  onNameChange,
  note,
  onNoteChange,
  names,
  nameRef,
  valueRef,
  onSave,
}: {
  name: string;
  onNameChange: (name: string) => void;
  note: string;
  onNoteChange: (note: string) => void;
  /** Existing names, to warn before a value is replaced. */
  names: string[];
  nameRef: RefObject<HTMLInputElement | null>;
  valueRef: RefObject<HTMLTextAreaElement | null>;
  onSave: (secret: { name: string; value: string; note: string }) => Promise<void>;
}) {
  const id = useId();
  const [version, setVersion] = useState(0);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<{ name?: string; value?: string }>({});
  const [failure, setFailure] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const replaces = names.includes(name.trim());

  async function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const wanted = name.trim();
    if (!SECRET_NAME_FORM.test(wanted)) {
      setProblem({ name: "Write the name like DATABASE_URL: capitals, digits and underscores, 64 at most." });
      nameRef.current?.focus();
      return;
    }
    if (!valueRef.current?.value) {
      setProblem({ value: "Give the secret a value." });
      valueRef.current?.focus();
      return;
    }
    setPending(true);
    setProblem({});
    setFailure(null);
    try {
      await onSave({ name: wanted, value: valueRef.current.value, note: note.trim() });
      valueRef.current.value = "";
      // A new element, because the browser's undo history and form restoration belong to the old one.
      setVersion((current) => current + 1);
      onNameChange("");
      onNoteChange("");
      nameRef.current?.focus();
    } catch (error) {
      if (error instanceof ApiError && error.code === "invalid_request") setProblem({ value: error.message });
      else setFailure(error instanceof Error ? error.message : "The secret was not saved. Try again.");
    } finally {
      setPending(false);
    }
  }

  return (
    <form
      ref={form}
      noValidate
      autoComplete="off"
      onSubmit={(event) => void save(event)}
      className="grid gap-4"
    >
      <Field id={`${id}-name`} label="Name" error={problem.name}>
        {(control) => (
          <Input
            {...control}
            ref={nameRef}
            value={name}
            placeholder="DATABASE_URL"
            maxLength={SECRET_NAME_MAX_LENGTH}
            autoComplete="off"
            autoCapitalize="characters"
            autoCorrect="off"
            spellCheck={false}
            className="font-mono"
            onChange={(event) => {
              onNameChange(event.target.value);
              setProblem({});
            }}
          />
        )}
      </Field>
      <Field
        id={`${id}-value`}
        label="Value"
        error={problem.value}
        hint="Sealed when it is saved. Nobody can read it here again, only replace it."
      >
        {(control) => (
          <Textarea
            key={version}
            {...control}
            ref={valueRef}
            rows={2}
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            data-1p-ignore=""
            data-lpignore="true"
            data-bwignore="true"
            data-form-type="other"
            className="max-h-40 min-h-16 font-mono not-placeholder-shown:[-webkit-text-security:disc]"
            placeholder="Paste the value"
            onChange={() => setProblem({})}
          />
        )}
      </Field>
      <Field
        id={`${id}-note`}
        label="Note (optional)"
        hint="What it is for. Shown in the list, so do not write a secret here."
      >
        {(control) => (
          <Input
            {...control}
            value={note}
            maxLength={SECRET_NOTE_MAX_LENGTH}
            autoComplete="off"
            onChange={(event) => onNoteChange(event.target.value)}
          />
        )}
      </Field>
      {failure ? <Alert variant="danger">{failure} The value is still in the field.</Alert> : null}
      <div>
        <Button type="submit" variant="primary" pending={pending}>
          {replaces ? "Replace value" : "Save secret"}
        </Button>
      </div>
    </form>
  );
}
