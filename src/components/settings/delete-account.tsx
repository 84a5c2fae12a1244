"use client";

import { useState } from "react";
import { AuthRefusal, callAuth } from "@/components/auth/call-auth";
import { formText } from "@/components/auth/form-text";
import { leave } from "@/components/auth/leave";
import { PasswordInput } from "@/components/auth/password-input";
import { useAccountForm } from "@/components/auth/use-account-form";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** Typed by a person without a password, so that a stray click deletes nothing. */
const CONFIRMATION = "delete my account";

/** @param hasPassword false for a person who signs in only through another service */
export function DeleteAccount({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button variant="secondary" className="text-danger-text" onClick={() => setOpen(true)}>
        Delete account…
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title="Delete your account?"
        description={`${email} and everything that belongs to it is deleted now. Nobody can bring it back.`}
        className="max-w-md"
      >
        <DeleteForm {...{ email, hasPassword, close }} />
      </Dialog>
    </>
  );
}

function DeleteForm({
  email,
  hasPassword,
  close,
}: {
  email: string;
  hasPassword: boolean;
  close: () => void;
}) {
  const { form, pending, problems } = useAccountForm(["currentPassword"], async (element) => {
    const typed = formText(element, "currentPassword");
    if (hasPassword && !typed) return { currentPassword: "Enter your password." };
    if (!hasPassword && typed.trim().toLowerCase() !== CONFIRMATION)
      return { currentPassword: `Type “${CONFIRMATION}”.` };
    try {
      await callAuth("delete-user", hasPassword ? { password: typed } : {});
    } catch (error) {
      if (!(error instanceof AuthRefusal) || error.field !== "currentPassword") throw error;
      return { currentPassword: "That is not your password." };
    }
    leave("/");
    return "leaving";
  });

  return (
    <form {...form} className="contents">
      <DialogBody className="grid gap-4">
        <ul className="grid list-disc gap-1 pl-5 text-sm">
          <li>all your projects with their files and secrets</li>
          <li>all conversations in them</li>
          <li>the API keys you saved here (they stay valid at their provider)</li>
          <li>your sign-ins on all devices</li>
        </ul>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        {hasPassword ? (
          <Field id="delete-password" label="Your password" error={problems.currentPassword}>
            {(control) => (
              <PasswordInput {...control} name="currentPassword" autoComplete="current-password" />
            )}
          </Field>
        ) : (
          <Field
            id="delete-confirmation"
            label={`Type “${CONFIRMATION}” to confirm`}
            error={problems.currentPassword}
          >
            {(control) => <Input {...control} name="currentPassword" autoComplete="off" />}
          </Field>
        )}
        {problems.form ? <Alert variant="danger">{problems.form}</Alert> : null}
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
