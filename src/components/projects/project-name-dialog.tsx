"use client";

import { type RefObject, type SubmitEvent, useId, useRef, useState } from "react";
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
import type { PROJECT_NAME_MAX_LENGTH } from "@/contracts/projects";
import { ApiError } from "@/lib/http/api-client";

/** Written out because importing the value would bring the schema library into the page; the type keeps it honest. */
const MAX_LENGTH: typeof PROJECT_NAME_MAX_LENGTH = 80;

/**
 * Asks for a project's name: of a new project, or a new name.
 *
 * @param onSubmit does the work; what it throws is shown and the dialog stays open with the text
 */
export function ProjectNameDialog({
  open,
  onOpenChange,
  title,
  description,
  submitLabel,
  initialName = "",
  onSubmit,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  submitLabel: string;
  initialName?: string;
  onSubmit: (name: string) => Promise<void>;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent initialFocus={input} className="max-w-md">
        <DialogHeader>
          <DialogTitle>{title}</DialogTitle>
          {description ? <DialogDescription>{description}</DialogDescription> : null}
        </DialogHeader>
        <NameForm
          inputRef={input}
          initialName={initialName}
          submitLabel={submitLabel}
          onSubmit={onSubmit}
          close={() => onOpenChange(false)}
        />
      </DialogContent>
    </Dialog>
  );
}

function NameForm({
  inputRef,
  initialName,
  submitLabel,
  onSubmit,
  close,
}: {
  inputRef: RefObject<HTMLInputElement | null>;
  initialName: string;
  submitLabel: string;
  onSubmit: (name: string) => Promise<void>;
  close: () => void;
}) {
  const id = useId();
  const [name, setName] = useState(initialName);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const wanted = name.trim();
    if (!wanted) {
      setProblem("Give the project a name.");
      inputRef.current?.focus();
      return;
    }
    if (wanted === initialName) return close();
    setPending(true);
    setProblem(null);
    setFailure(null);
    try {
      await onSubmit(wanted);
    } catch (error) {
      setPending(false);
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "invalid_request") {
        setProblem(error.message);
        inputRef.current?.focus();
      } else setFailure(error.message);
    }
  }

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="contents">
      <DialogBody className="grid gap-4">
        <Field id={id} label="Name" error={problem}>
          {(control) => (
            <Input
              {...control}
              ref={inputRef}
              value={name}
              maxLength={MAX_LENGTH}
              autoComplete="off"
              onFocus={(event) => event.currentTarget.select()}
              onChange={(event) => {
                setName(event.target.value);
                setProblem(null);
              }}
            />
          )}
        </Field>
        {failure ? <Alert variant="danger">{failure}</Alert> : null}
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          {submitLabel}
        </Button>
      </DialogFooter>
    </form>
  );
}
