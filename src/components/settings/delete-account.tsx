"use client";

import { type RefObject, type SubmitEvent, useRef, useState } from "react";
import { AuthRefusal, callAuth } from "@/components/auth/call-auth";
import { formText } from "@/components/auth/form-text";
import { leave } from "@/components/auth/leave";
import { PasswordInput } from "@/components/auth/password-input";
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

/** What a person without a password types instead, so that one stray click deletes nothing. */
const CONFIRMATION = "delete my account";

/** @param hasPassword false for somebody who signs in through another service only */
export function DeleteAccount({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant="secondary" className="text-danger-text" onClick={() => setOpen(true)}>
        Delete account…
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent initialFocus={field} className="max-w-md">
          <DialogHeader>
            <DialogTitle>Delete your account?</DialogTitle>
            <DialogDescription>
              {email} and everything that belongs to it is deleted now. Nobody can bring it back.
            </DialogDescription>
          </DialogHeader>
          <DeleteForm email={email} hasPassword={hasPassword} fieldRef={field} close={() => setOpen(false)} />
        </DialogContent>
      </Dialog>
    </>
  );
}

function DeleteForm({
  email,
  hasPassword,
  fieldRef,
  close,
}: {
  email: string;
  hasPassword: boolean;
  fieldRef: RefObject<HTMLInputElement | null>;
  close: () => void;
}) {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  function refuse(sentence: string) {
    setProblem(sentence);
    fieldRef.current?.focus();
  }

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = formText(event.currentTarget, "confirmation");
    if (hasPassword && !typed) return refuse("Enter your password.");
    if (!hasPassword && typed.trim().toLowerCase() !== CONFIRMATION) return refuse(`Type “${CONFIRMATION}”.`);
    setPending(true);
    setProblem(null);
    setFailure(null);
    try {
      await callAuth("delete-user", hasPassword ? { password: typed } : {});
      leave("/");
    } catch (error) {
      setPending(false);
      if (!(error instanceof AuthRefusal)) throw error;
      if (error.field === "currentPassword") refuse("That is not your password.");
      else setFailure(error.message);
    }
  }

  return (
    <form method="post" noValidate onSubmit={(event) => void submit(event)} className="contents">
      <DialogBody className="grid gap-4">
        <ul className="grid list-disc gap-1 pl-5 text-sm">
          <li>all your projects with their files and secrets</li>
          <li>all conversations in them</li>
          <li>the API keys you saved here (they stay valid at their provider)</li>
          <li>your sign-ins on all devices</li>
        </ul>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        {hasPassword ? (
          <Field id="delete-password" label="Your password" error={problem}>
            {(control) => (
              <PasswordInput
                {...control}
                ref={fieldRef}
                name="confirmation"
                autoComplete="current-password"
              />
            )}
          </Field>
        ) : (
          <Field id="delete-confirmation" label={`Type “${CONFIRMATION}” to confirm`} error={problem}>
            {(control) => <Input {...control} ref={fieldRef} name="confirmation" autoComplete="off" />}
          </Field>
        )}
        {failure ? <Alert variant="danger">{failure}</Alert> : null}
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="danger" pending={pending}>
          Delete account
        </Button>
      </DialogFooter>
    </form>
  );
}
