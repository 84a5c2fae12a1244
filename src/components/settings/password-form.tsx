"use client";

import { useRouter } from "next/navigation";
import { type SubmitEvent, useRef, useState } from "react";
import { AuthRefusal, callAuth } from "@/components/auth/call-auth";
import { formText } from "@/components/auth/form-text";
import { PasswordInput } from "@/components/auth/password-input";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, passwordProblem } from "@/components/auth/password-rules";
import { SubmitButton } from "@/components/auth/submit-button";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { FormResult } from "./form-result";

type FieldName = "currentPassword" | "newPassword";
type Problems = Partial<Record<FieldName | "form", string>>;

/** A new password. Signs the other devices out: whoever changes it after a loss wants the finder gone. */
export function PasswordForm({ email }: { email: string }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [result, setResult] = useState<string | null>(null);
  const [problems, setProblems] = useState<Problems>({});

  function show(found: Problems) {
    setProblems(found);
    const first = (["currentPassword", "newPassword"] as const).find((field) => found[field]);
    if (first) form.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus();
  }

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const element = event.currentTarget;
    const currentPassword = formText(element, "currentPassword");
    const newPassword = formText(element, "newPassword");
    setResult(null);
    const found: Problems = {};
    if (!currentPassword) found.currentPassword = "Enter your current password.";
    const weak = passwordProblem(newPassword);
    if (weak) found.newPassword = weak;
    else if (newPassword === currentPassword) found.newPassword = "That is the password you have now.";
    if (Object.keys(found).length > 0) return show(found);

    setPending(true);
    setProblems({});
    try {
      await callAuth("change-password", { currentPassword, newPassword, revokeOtherSessions: true });
      element.reset();
      setResult("Password changed. Other devices are signed out.");
      router.refresh();
    } catch (error) {
      if (!(error instanceof AuthRefusal)) throw error;
      const field: keyof Problems =
        error.field === "currentPassword"
          ? "currentPassword"
          : error.field === "password"
            ? "newPassword"
            : "form";
      show({ [field]: error.message });
    } finally {
      setPending(false);
    }
  }

  return (
    <form ref={form} method="post" noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
      {/* Tells a password manager whose password this is; for nobody to see. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field id="current-password" label="Current password" error={problems.currentPassword}>
        {(control) => <PasswordInput {...control} name="currentPassword" autoComplete="current-password" />}
      </Field>
      <Field
        id="new-password"
        label="New password"
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. All other devices are signed out.`}
        error={problems.newPassword}
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="newPassword"
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
