"use client";

import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { callAuth } from "./call-auth";
import { formText } from "./form-text";
import { PasswordInput } from "./password-input";
import { SubmitButton } from "./submit-button";
import { useAccountForm } from "./use-account-form";

/** Email and password. @param next where to go afterwards, already checked by `safeNext` */
export function SignInForm({ next }: { next: string }) {
  const { form, pending, problems } = useAccountForm(["email", "password"], async (element) => {
    const email = formText(element, "email").trim();
    const password = formText(element, "password");
    if (!email) return { email: "Enter your email address." };
    if (!password) return { password: "Enter your password." };
    await callAuth("sign-in/email", { email, password, rememberMe: true });
    // A full page load: the new session's pages come from the server, and nothing of an old session is
    // reused.
    window.location.assign(next);
    return "leaving";
  });

  return (
    <form {...form} className="grid gap-4">
      <Field id="email" label="Email" error={problems.email}>
        {(control) => (
          <Input {...control} name="email" type="email" autoComplete="username" inputMode="email" required />
        )}
      </Field>
      <Field id="password" label="Password" error={problems.password}>
        {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" required />}
      </Field>
      {problems.form ? <Alert variant="danger">{problems.form}</Alert> : null}
      <SubmitButton size="lg" pending={pending} className="mt-1">
        Sign in
      </SubmitButton>
    </form>
  );
}
