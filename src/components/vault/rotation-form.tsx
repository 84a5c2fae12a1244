"use client";

import { type SubmitEvent, useId, useRef, useState } from "react";
import { formText } from "@/components/auth/form-text";
import { SubmitButton } from "@/components/auth/submit-button";
import { FormResult } from "@/components/settings/form-result";
import { Alert } from "@/components/ui/alert";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RadioCard, RadioGroup } from "@/components/ui/radio-group";
import type { KeyRotationKind, StartKeyRotation } from "@/contracts/vault";
import { ApiError, callApi } from "@/lib/http/api-client";
import { VAULT_PATH } from "./use-vault-status";

const CHOICES: { kind: KeyRotationKind; label: string; description: string; start: string }[] = [
  {
    kind: "verify",
    label: "Verify everything",
    description:
      "Opens every data key and every value once. Changes nothing but the mark “needs re-entry” of values that cannot be opened. Do this after restoring a backup.",
    start: "Start verification",
  },
  {
    kind: "data_keys",
    label: "Rotate data keys",
    description:
      "Every person and project gets a new data key, and what they saved is sealed anew with it; nobody notices. Do this on schedule, or after a leak.",
    start: "Start rotation",
  },
  {
    kind: "key_encryption_key",
    label: "Rotate the key-encryption key",
    description:
      "Every data key is wrapped anew by the current key-encryption key; the values under them stay as they are. Do this after you put a new key in front.",
    start: "Start rotation",
  },
];

const MAX_ROWS_PER_SECOND = 1_000_000;

/**
 * Starts a rotation or verification.
 *
 * @param busy another one is running: one at a time
 * @param onStarted called when the new one is shown
 */
export function RotationForm({
  busy,
  refresh,
  onStarted,
}: {
  busy: boolean;
  refresh: () => Promise<void>;
  onStarted: () => void;
}) {
  const id = useId();
  const rate = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<KeyRotationKind>("verify");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [started, setStarted] = useState(false);
  const choice = CHOICES.find((known) => known.kind === kind);

  async function start(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending || busy) return;
    const rowsPerSecond = readRate(formText(event.currentTarget, "rate"));
    const dryRun = new FormData(event.currentTarget).has("dryRun");
    setFailure(null);
    setStarted(false);
    if (rowsPerSecond === "wrong") {
      setProblem("Enter a whole number from 1 to 1,000,000, or nothing.");
      rate.current?.focus();
      return;
    }
    setProblem(null);
    setPending(true);
    try {
      const order: StartKeyRotation = { kind, dryRun, ...(rowsPerSecond === null ? {} : { rowsPerSecond }) };
      await callApi(`${VAULT_PATH}/rotations`, { method: "POST", body: order });
      setStarted(true);
      await refresh();
      onStarted();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.message);
      await refresh();
    } finally {
      setPending(false);
    }
  }

  return (
    <form method="post" noValidate onSubmit={(event) => void start(event)} className="grid gap-5">
      <RadioGroup
        aria-label="What to start"
        value={kind}
        onValueChange={(value) => {
          setKind(CHOICES.find((known) => known.kind === value)?.kind ?? "verify");
          setStarted(false);
        }}
      >
        {CHOICES.map(({ kind: value, label, description }) => (
          <RadioCard key={value} value={value} label={label} description={description} />
        ))}
      </RadioGroup>
      <Checkbox
        name="dryRun"
        label="Dry run"
        description="Opens everything and counts what would change. Writes nothing."
      />
      <Field
        id={`${id}-rate`}
        label={
          <>
            Rate limit (rows per second) <span className="font-normal text-text-muted">(optional)</span>
          </>
        }
        hint="Empty: as fast as this machine can. A low number leaves a small machine to its people."
        error={problem}
      >
        {(control) => (
          <Input
            {...control}
            ref={rate}
            name="rate"
            inputMode="numeric"
            autoComplete="off"
            maxLength={9}
            className="max-w-40 tabular-nums"
          />
        )}
      </Field>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      <div className="flex min-h-9 flex-wrap items-center gap-3">
        <SubmitButton pending={pending} aria-disabled={busy || pending || undefined}>
          {choice?.start}
        </SubmitButton>
        {busy && !started ? (
          <p className="text-sm text-text-muted">One at a time: wait until it is finished, or cancel it.</p>
        ) : (
          <FormResult text={started ? "Started" : null} />
        )}
      </div>
    </form>
  );
}

/** @returns null for an empty field */
function readRate(text: string): number | null | "wrong" {
  const digits = text.replaceAll(/[\s,]/g, "");
  if (digits === "") return null;
  const rate = /^\d+$/.test(digits) ? Number(digits) : 0;
  return rate >= 1 && rate <= MAX_ROWS_PER_SECOND ? rate : "wrong";
}
