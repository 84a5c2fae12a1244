"use client";

import { type ReactNode, type RefObject, type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "./alert";
import { Button } from "./button";
import { Dialog, DialogBody, DialogFooter } from "./dialog";
import { Field } from "./field";
import { Input } from "./input";

/**
 * Confirms a destructive action. Stays open while `onConfirm` runs, closes when it succeeds and otherwise
 * shows the error's message, so that nothing seems deleted that is not.
 *
 * @param description what is deleted and what that means, in plain words
 * @param confirmLabel the verb and its object ("Delete project"), never "OK"
 * @param typeToConfirm if given, the person must type this text to enable the button
 */
export function ConfirmDialog({
  open,
  onClose,
  title,
  description,
  confirmLabel,
  cancelLabel = "Cancel",
  typeToConfirm,
  onConfirm,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description: ReactNode;
  confirmLabel: string;
  cancelLabel?: string;
  typeToConfirm?: string;
  onConfirm: () => Promise<void> | void;
  /** More than fits a description, such as a list of what is deleted; scrolls if long. */
  children?: ReactNode;
}) {
  const [pending, setPending] = useState(false);
  const cancel = useRef<HTMLButtonElement>(null);
  const typed = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      role="alertdialog"
      dismissible={false}
      {...{ open, title, description }}
      onClose={() => {
        if (!pending) onClose();
      }}
      initialFocus={typeToConfirm === undefined ? cancel : typed}
      className="max-w-md"
    >
      <ConfirmForm
        {...{ confirmLabel, cancelLabel, typeToConfirm, onConfirm, pending, setPending, children }}
        cancelRef={cancel}
        typedRef={typed}
        close={onClose}
      />
    </Dialog>
  );
}

function ConfirmForm({
  confirmLabel,
  cancelLabel,
  typeToConfirm,
  onConfirm,
  pending,
  setPending,
  cancelRef,
  typedRef,
  close,
  children,
}: {
  confirmLabel: string;
  cancelLabel: string;
  typeToConfirm: string | undefined;
  onConfirm: () => Promise<void> | void;
  pending: boolean;
  setPending: (pending: boolean) => void;
  cancelRef: RefObject<HTMLButtonElement | null>;
  typedRef: RefObject<HTMLInputElement | null>;
  close: () => void;
  children: ReactNode;
}) {
  const id = useId();
  const [text, setText] = useState("");
  const [mismatch, setMismatch] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function confirm(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    if (typeToConfirm !== undefined && text.trim() !== typeToConfirm.trim()) {
      setMismatch(true);
      typedRef.current?.focus();
      return;
    }
    setPending(true);
    setFailure(null);
    try {
      await onConfirm();
      setPending(false);
      close();
    } catch (error) {
      setPending(false);
      setFailure(error instanceof Error ? error.message : "That did not work. Try again in a moment.");
    }
  }

  return (
    <form onSubmit={(event) => void confirm(event)} className="contents">
      {typeToConfirm === undefined && !failure && !children ? null : (
        <DialogBody className="grid gap-4">
          {children}
          {typeToConfirm === undefined ? null : (
            <Field
              id={id}
              label={
                <>
                  Type <span className="font-semibold wrap-anywhere">{typeToConfirm}</span> to confirm
                </>
              }
              error={mismatch ? "That is not the same text." : null}
            >
              {(control) => (
                <Input
                  {...control}
                  ref={typedRef}
                  value={text}
                  autoComplete="off"
                  autoCapitalize="off"
                  spellCheck={false}
                  onChange={(event) => {
                    setText(event.target.value);
                    setMismatch(false);
                  }}
                />
              )}
            </Field>
          )}
          {failure ? <Alert variant="danger">{failure}</Alert> : null}
        </DialogBody>
      )}
      <DialogFooter>
        <Button ref={cancelRef} aria-disabled={pending || undefined} onClick={pending ? undefined : close}>
          {cancelLabel}
        </Button>
        <Button type="submit" variant="danger" pending={pending}>
          {confirmLabel}
        </Button>
      </DialogFooter>
    </form>
  );
}
