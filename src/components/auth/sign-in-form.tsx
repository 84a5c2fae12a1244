"use client";

import { type SubmitEvent, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { AuthRefusal, callAuth } from "./call-auth";
import { formText } from "./form-text";
import { PasswordInput } from "./password-input";
import { SubmitButton } from "./submit-button";

type Problem = { field: "email" | "password" | null; message: string };

/** Email and password. @param next where to go afterwards, already checked by `safeNext` */
export function SignInForm({ next }: { next: string }) {
  const form = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  function show(next: Problem) {
    setProblem(next);
    if (next.field) form.current?.querySelector<HTMLInputElement>(`[name="${next.field}"]`)?.focus();
  }

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = formText(event.currentTarget, "email").trim();
    const password = formText(event.currentTarget, "password");
    if (!email) return show({ field: "email", message: "Enter your email address." });
    if (!password) return show({ field: "password", message: "Enter your password." });
    setPending(true);
    setProblem(null);
    try {
      await callAuth("sign-in/email", { email, password, rememberMe: true });
      // A page load of its own: the new session's pages come from the server, nothing of an old one is reused.
      window.location.assign(next);
    } catch (error) {
      setPending(false);
      if (!(error instanceof AuthRefusal)) throw error;
      show({ field: error.field === "email" ? "email" : null, message: error.message });
    }
  }

  return (
    // `method="post"`: should the browser ever send this form by itself, the password is not put into the address.
    <form ref={form} method="post" noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
      <Field id="email" label="Email" error={problem?.field === "email" ? problem.message : null}>
        {(control) => (
          <Input {...control} name="email" type="email" autoComplete="username" inputMode="email" required />
        )}
      </Field>
      <Field id="password" label="Password" error={problem?.field === "password" ? problem.message : null}>
        {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" required />}
      </Field>
      {problem && !problem.field ? <Alert variant="danger">{problem.message}</Alert> : null}
      <SubmitButton size="lg" pending={pending} className="mt-1">
        Sign in
      </SubmitButton>
    </form>
  );
}
