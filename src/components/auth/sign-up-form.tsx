"use client";

import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { DISPLAY_NAME_MAX_LENGTH, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { callAuth } from "./call-auth";
import { formText } from "./form-text";
import { PasswordInput } from "./password-input";
import { passwordProblem } from "./password-rules";
import { SubmitButton } from "./submit-button";
import { type Problems, useAccountForm } from "./use-account-form";

const FIELDS = ["name", "email", "password"] as const;

/**
 * A new account; signs in at once.
 *
 * @param next where to go afterwards, already checked by `safeNext`
 * @param invitation sent along; if it is for one address, no other can be entered
 */
export function SignUpForm({
  next,
  invitation,
}: {
  next: string;
  invitation: { token: string; email: string | null } | null;
}) {
  const { form, pending, problems } = useAccountForm(FIELDS, async (element) => {
    const name = formText(element, "name").trim();
    const email = formText(element, "email").trim();
    const password = formText(element, "password");
    const found: Problems<(typeof FIELDS)[number]> = {};
    if (!name) found.name = "Enter the name you want to be shown with.";
    if (!/^\S+@\S+$/.test(email))
      found.email = email ? "That is not an email address." : "Enter your email address.";
    const weak = passwordProblem(password, [email, name]);
    if (weak) found.password = weak;
    if (Object.keys(found).length > 0) return found;
    await callAuth("sign-up/email", {
      name,
      email,
      password,
      ...(invitation && { invitation: invitation.token }),
    });
    window.location.assign(next);
    return "leaving";
  });

  return (
    <form {...form} className="grid gap-4">
      <Field id="name" label="Name" error={problems.name}>
        {(control) => (
          <Input {...control} name="name" autoComplete="name" maxLength={DISPLAY_NAME_MAX_LENGTH} required />
        )}
      </Field>
      <Field
        id="email"
        label="Email"
        hint={invitation?.email ? "Your invitation is for this address." : null}
        error={problems.email}
      >
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            inputMode="email"
            defaultValue={invitation?.email ?? ""}
            readOnly={Boolean(invitation?.email)}
            required
          />
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
