"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { callAuth } from "@/components/auth/call-auth";
import { formText } from "@/components/auth/form-text";
import { PasswordInput } from "@/components/auth/password-input";
import { passwordProblem } from "@/components/auth/password-rules";
import { SubmitButton } from "@/components/auth/submit-button";
import { type Problems, useAccountForm } from "@/components/auth/use-account-form";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { FormResult } from "./form-result";

const FIELDS = ["currentPassword", "password"] as const;

/** Sets a new password and signs out the other devices, which may be lost or stolen. */
export function PasswordForm({ email }: { email: string }) {
  const router = useRouter();
  const [result, setResult] = useState<string | null>(null);
  const { form, pending, problems } = useAccountForm(FIELDS, async (element) => {
    const currentPassword = formText(element, "currentPassword");
    const newPassword = formText(element, "password");
    setResult(null);
    const found: Problems<(typeof FIELDS)[number]> = {};
    if (!currentPassword) found.currentPassword = "Enter your current password.";
    const weak = passwordProblem(newPassword, [email]);
    if (weak) found.password = weak;
    else if (newPassword === currentPassword) found.password = "That is the password you have now.";
    if (Object.keys(found).length > 0) return found;
    await callAuth("change-password", { currentPassword, newPassword, revokeOtherSessions: true });
    element.reset();
    setResult("Password changed. Other devices are signed out.");
    router.refresh();
    return {};
  });

  return (
    <form {...form} className="grid gap-4">
      {/* Tells a password manager whose password this is; not visible. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field id="current-password" label="Current password" error={problems.currentPassword}>
        {(control) => <PasswordInput {...control} name="currentPassword" autoComplete="current-password" />}
      </Field>
      <Field
        id="new-password"
        label="New password"
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. All other devices are signed out.`}
        error={problems.password}
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="password"
            autoComplete="new-password"
            maxLength={PASSWORD_MAX_LENGTH}
          />
        )}
      </Field>
      {problems.form ? <Alert variant="danger">{problems.form}</Alert> : null}
      <div className="flex flex-wrap items-center gap-3">
        <SubmitButton variant="secondary" pending={pending}>
          Change password
        </SubmitButton>
        <FormResult text={result} />
      </div>
    </form>
  );
}
