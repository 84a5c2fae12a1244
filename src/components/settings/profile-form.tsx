"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { callAuth } from "@/components/auth/call-auth";
import { formText } from "@/components/auth/form-text";
import { SubmitButton } from "@/components/auth/submit-button";
import { useAccountForm } from "@/components/auth/use-account-form";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { DISPLAY_NAME_MAX_LENGTH } from "@/contracts/limits";
import { FormResult } from "./form-result";

export function ProfileForm({ name, email }: { name: string; email: string }) {
  const router = useRouter();
  const [result, setResult] = useState<string | null>(null);
  const { form, pending, problems } = useAccountForm(["name"], async (element) => {
    const wanted = formText(element, "name").trim();
    setResult(null);
    if (!wanted) return { name: "Enter the name you want to be shown with." };
    await callAuth("update-user", { name: wanted });
    setResult("Saved");
    router.refresh();
    return {};
  });

  return (
    <form {...form} className="grid gap-4">
      <Field id="profile-name" label="Name" error={problems.name}>
        {(control) => (
          <Input
            {...control}
            name="name"
            defaultValue={name}
            autoComplete="name"
            maxLength={DISPLAY_NAME_MAX_LENGTH}
            onChange={() => setResult(null)}
          />
        )}
      </Field>
      <div className="grid gap-1.5">
        <p className="text-sm font-medium">Email</p>
        <p className="text-sm wrap-anywhere text-text-muted">{email}</p>
      </div>
      {problems.form ? <Alert variant="danger">{problems.form}</Alert> : null}
      <div className="flex items-center gap-3">
        <SubmitButton variant="secondary" pending={pending}>
          Save name
        </SubmitButton>
        <FormResult text={result} />
      </div>
    </form>
  );
}
