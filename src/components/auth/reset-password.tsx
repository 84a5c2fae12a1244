"use client";

import Link from "next/link";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { buttonVariants } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { callAuth } from "./call-auth";
import { formText } from "./form-text";
import { PasswordInput } from "./password-input";
import { passwordProblem } from "./password-rules";
import { SubmitButton } from "./submit-button";
import { useAccountForm } from "./use-account-form";
import { useLink } from "./use-link";

/** Sets a new password with the link in this page's address. */
export function ResetPassword() {
  const link = useLink("password_reset");
  const [isDone, setDone] = useState(false);
  if (isDone) {
    return (
      <div className="grid gap-4">
        <Alert variant="success">Your new password is set. All your devices are signed out.</Alert>
        <Link href="/sign-in" className={buttonVariants({ variant: "primary", size: "lg" })}>
          Sign in
        </Link>
      </div>
    );
  }
  switch (link.kind) {
    case "checking":
      return (
        <div className="grid gap-4">
          <span role="status" className="sr-only">
            Looking at your link
          </span>
          <Skeleton className="h-16" />
          <Skeleton className="h-11" />
        </div>
      );
    case "none":
      return (
        <Alert variant="info" role={undefined}>
          Ask the operator of this installation for a link to set a new password, and open all of it.
        </Alert>
      );
    case "invalid":
      return <Alert variant="danger">{link.sentence}</Alert>;
    case "valid":
      return (
        <NewPasswordForm token={link.token} email={link.link.email ?? ""} onDone={() => setDone(true)} />
      );
  }
}

function NewPasswordForm({ token, email, onDone }: { token: string; email: string; onDone: () => void }) {
  const { form, pending, problems } = useAccountForm(["password"], async (element) => {
    const newPassword = formText(element, "password");
    const weak = passwordProblem(newPassword, [email]);
    if (weak) return { password: weak };
    await callAuth("reset-password", { token, newPassword });
    onDone();
    return {};
  });
  return (
    <form {...form} className="grid gap-4">
      <p className="text-sm text-text-muted">
        For <span className="font-medium wrap-anywhere text-text">{email}</span>
      </p>
      {/* Tells a password manager whose password this is; not visible. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field
        id="password"
        label="New password"
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. All your devices are signed out.`}
        error={problems.password}
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="password"
            autoComplete="new-password"
            maxLength={PASSWORD_MAX_LENGTH}
            required
          />
        )}
      </Field>
      {problems.form ? <Alert variant="danger">{problems.form}</Alert> : null}
      <SubmitButton size="lg" pending={pending} className="mt-1">
        Set password
      </SubmitButton>
    </form>
  );
}
