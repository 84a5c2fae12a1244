"use client";

import { type RefObject, type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogBody,
  DialogContent,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { THREAD_TITLE_MAX_LENGTH } from "@/contracts/threads";

/** Written out because importing the value would bring the schema library into the page; the type keeps it honest. */
const MAX_LENGTH: typeof THREAD_TITLE_MAX_LENGTH = 120;

/** @param onSubmit does the work; what it throws is shown and the dialog stays open with the text */
export function ThreadTitleDialog({
  open,
  onOpenChange,
  initialTitle,
  onSubmit,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  initialTitle: string;
  onSubmit: (title: string) => Promise<void>;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent initialFocus={input} className="max-w-md">
        <DialogHeader>
          <DialogTitle>Rename thread</DialogTitle>
        </DialogHeader>
        <TitleForm
          inputRef={input}
          initialTitle={initialTitle}
          onSubmit={onSubmit}
          close={() => onOpenChange(false)}
        />
      </DialogContent>
    </Dialog>
  );
}

function TitleForm({
  inputRef,
  initialTitle,
  onSubmit,
  close,
}: {
  inputRef: RefObject<HTMLInputElement | null>;
  initialTitle: string;
  onSubmit: (title: string) => Promise<void>;
  close: () => void;
}) {
  const id = useId();
  const [title, setTitle] = useState(initialTitle);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const wanted = title.trim();
    if (!wanted) {
      setProblem("Give the thread a title.");
      inputRef.current?.focus();
      return;
    }
    if (wanted === initialTitle) return close();
    setPending(true);
    setFailure(null);
    try {
      await onSubmit(wanted);
      close();
    } catch (error) {
      setPending(false);
      setFailure(error instanceof Error ? error.message : "The thread was not renamed. Try again.");
    }
  }

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="contents">
      <DialogBody className="grid gap-4">
        <Field id={id} label="Title" error={problem}>
          {(control) => (
            <Input
              {...control}
              ref={inputRef}
              value={title}
              maxLength={MAX_LENGTH}
              autoComplete="off"
              onFocus={(event) => event.currentTarget.select()}
              onChange={(event) => {
                setTitle(event.target.value);
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
          Rename
        </Button>
      </DialogFooter>
    </form>
  );
}
