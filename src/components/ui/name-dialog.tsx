"use client";

import {
  type ReactNode,
  type Ref,
  type SubmitEvent,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { ApiError } from "@/lib/http/api-client";
import { Alert } from "./alert";
import { Button } from "./button";
import { Dialog, DialogBody, DialogFooter } from "./dialog";
import { Field } from "./field";
import { Input } from "./input";

interface NameFormProps {
  label?: string;
  initialName?: string;
  maxLength: number;
  /** Error for an empty field. */
  missing: string;
  submitLabel?: string;
  /** Rendered below the field. */
  children?: ReactNode;
  /** Gets a function that puts a name into the field. */
  fill?: Ref<(name: string) => void>;
  /**
   * Performs the action and closes the dialog; if it throws, the error is shown and the dialog stays open.
   */
  onSubmit: (name: string) => Promise<void>;
}

/** Asks for a name, to create or rename something. */
export function NameDialog({
  open,
  onClose,
  title,
  ...form
}: NameFormProps & { open: boolean; onClose: () => void; title: string }) {
  return (
    <Dialog {...{ open, onClose, title }} className="max-w-md">
      <NameForm {...form} onClose={onClose} />
    </Dialog>
  );
}

function NameForm({
  label = "Name",
  initialName = "",
  maxLength,
  missing,
  submitLabel = "Rename",
  children,
  fill,
  onSubmit,
  onClose,
}: NameFormProps & { onClose: () => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  useImperativeHandle(fill, () => (name: string) => {
    if (!field.current) return;
    field.current.value = name;
    setProblem(null);
    field.current.focus();
  });

  function refuse(sentence: string) {
    setProblem(sentence);
    field.current?.focus();
  }

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const name = field.current?.value.trim() ?? "";
    if (!name) return refuse(missing);
    if (name === initialName) return onClose();
    setPending(true);
    setFailure(null);
    try {
      await onSubmit(name);
    } catch (error) {
      setPending(false);
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "invalid_request") refuse(error.message);
      else setFailure(error.message);
    }
  }

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="contents">
      <DialogBody className="grid gap-4">
        <Field id={id} label={label} error={problem}>
          {(control) => (
            <Input
              {...control}
              ref={field}
              defaultValue={initialName}
              maxLength={maxLength}
              autoComplete="off"
              onFocus={(event) => event.currentTarget.select()}
              onChange={() => setProblem(null)}
            />
          )}
        </Field>
        {children}
        {failure ? <Alert variant="danger">{failure}</Alert> : null}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          {submitLabel}
        </Button>
      </DialogFooter>
    </form>
  );
}
