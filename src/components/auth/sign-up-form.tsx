"use client";

import { type SubmitEvent, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { AuthRefusal, callAuth } from "./call-auth";
import { formText } from "./form-text";
import { PasswordInput } from "./password-input";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, passwordProblem } from "./password-rules";
import { SubmitButton } from "./submit-button";

type FieldName = "name" | "email" | "password";
type Problems = Partial<Record<FieldName | "form", string>>;

/** A new account; signs in at once. @param next where to go afterwards, already checked by `safeNext` */
export function SignUpForm({ next }: { next: string }) {
  const form = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [problems, setProblems] = useState<Problems>({});

  function show(found: Problems) {
    setProblems(found);
    const first = (["name", "email", "password"] as const).find((field) => found[field]);
    if (first) form.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus();
  }

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = formText(event.currentTarget, "name").trim();
    const email = formText(event.currentTarget, "email").trim();
    const password = formText(event.currentTarget, "password");
    const found: Problems = {};
    if (!name) found.name = "Enter the name you want to be shown with.";
    if (!/^\S+@\S+$/.test(email))
      found.email = email ? "That is not an email address." : "Enter your email address.";
    const weak = passwordProblem(password);
    if (weak) found.password = weak;
    if (Object.keys(found).length > 0) return show(found);

    setPending(true);
    setProblems({});
    try {
      await callAuth("sign-up/email", { name, email, password });
      window.location.assign(next);
    } catch (error) {
      setPending(false);
      if (!(error instanceof AuthRefusal)) throw error;
      const field = error.field && error.field !== "currentPassword" ? error.field : "form";
      show({ [field]: error.message });
    }
  }

  return (
    <form ref={form} method="post" noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
      <Field id="name" label="Name" error={problems.name}>
        {(control) => <Input {...control} name="name" autoComplete="name" maxLength={80} required />}
      </Field>
      <Field id="email" label="Email" error={problems.email}>
        {(control) => (
          <Input {...control} name="email" type="email" autoComplete="username" inputMode="email" required />
        )}
      </Field>
      <Field
        id="password"
        label="Password"
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. A few words in a row are easy to keep and hard to guess.`}
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
        Create account
      </SubmitButton>
    </form>
  );
}
