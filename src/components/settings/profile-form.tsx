"use client";

import { useRouter } from "next/navigation";
import { type SubmitEvent, useRef, useState } from "react";
import { AuthRefusal, callAuth } from "@/components/auth/call-auth";
import { formText } from "@/components/auth/form-text";
import { SubmitButton } from "@/components/auth/submit-button";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { FormResult } from "./form-result";

export function ProfileForm({ name, email }: { name: string; email: string }) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);
  const [result, setResult] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const wanted = formText(event.currentTarget, "name").trim();
    setResult(null);
    setFailure(null);
    if (!wanted) {
      setProblem("Enter the name you want to be shown with.");
      input.current?.focus();
      return;
    }
    setProblem(null);
    setPending(true);
    try {
      await callAuth("update-user", { name: wanted });
      setResult("Saved");
      router.refresh();
    } catch (error) {
      if (!(error instanceof AuthRefusal)) throw error;
      setFailure(error.message);
    } finally {
      setPending(false);
    }
  }

  return (
    <form method="post" noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
      <Field id="profile-name" label="Name" error={problem}>
        {(control) => (
          <Input
            {...control}
            ref={input}
            name="name"
            defaultValue={name}
            autoComplete="name"
            maxLength={80}
            onChange={() => setResult(null)}
          />
        )}
      </Field>
      <div className="grid gap-1.5">
        <p className="text-sm font-medium">Email</p>
        <p className="text-sm wrap-anywhere text-text-muted">{email}</p>
      </div>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      <div className="flex items-center gap-3">
        <SubmitButton variant="secondary" pending={pending}>
          Save name
        </SubmitButton>
        <FormResult text={result} />
      </div>
    </form>
  );
}
