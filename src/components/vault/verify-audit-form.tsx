"use client";

import { type SubmitEvent, useId, useRef, useState } from "react";
import { formText } from "@/components/auth/form-text";
import { SubmitButton } from "@/components/auth/submit-button";
import { countOf, formatCount } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { AuditVerification } from "@/contracts/vault";
import { ApiError, callApi } from "@/lib/http/api-client";
import { readAuditHead } from "./audit-head";
import { VAULT_PATH } from "./use-vault-status";

/**
 * The check that nothing in the audit trail was changed.
 *
 * @param refresh called after it, whatever it found
 */
export function VerifyAuditForm({ refresh }: { refresh: () => Promise<void> }) {
  const id = useId();
  const noted = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [result, setResult] = useState<AuditVerification | null>(null);

  async function verify(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const text = formText(event.currentTarget, "head").trim();
    const expectedHead = text === "" ? null : readAuditHead(text);
    setFailure(null);
    setResult(null);
    if (text !== "" && expectedHead === null) {
      setProblem("A record looks like 4711:9f2c…: a number, a colon and 64 hexadecimal digits.");
      noted.current?.focus();
      return;
    }
    setProblem(null);
    setPending(true);
    try {
      const body = expectedHead === null ? {} : { expectedHead };
      setResult(
        await callApi<AuditVerification>(`${VAULT_PATH}/audit-verifications`, { method: "POST", body }),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.message);
    } finally {
      await refresh();
      setPending(false);
    }
  }

  return (
    <div className="grid gap-5">
      <form method="post" noValidate onSubmit={(event) => void verify(event)} className="grid gap-4">
        <Field
          id={`${id}-head`}
          label={
            <>
              Latest record you noted earlier <span className="font-normal text-text-muted">(optional)</span>
            </>
          }
          error={problem}
        >
          {(control) => (
            <Input
              {...control}
              ref={noted}
              name="head"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={200}
              className="font-mono"
            />
          )}
        </Field>
        <div>
          <SubmitButton variant="secondary" pending={pending}>
            Verify the audit trail
          </SubmitButton>
        </div>
      </form>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      {result ? <Result result={result} /> : null}
    </div>
  );
}

function Result({ result: { ok, records, pending, problems, problemCount } }: { result: AuditVerification }) {
  if (ok) {
    return (
      <Alert variant="success">
        <p>
          {records === 1
            ? "The one record is as it was written."
            : `All ${formatCount(records)} records are as they were written.`}
          {pending > 0 ? ` ${countOf(pending, "more record")} will be chained in a moment.` : ""}
        </p>
      </Alert>
    );
  }
  return (
    <div className="grid gap-3">
      <Alert variant="danger">
        <p className="font-medium">
          {countOf(problemCount, "problem")} in {countOf(records, "record")}
        </p>
        <p>
          Somebody with access to the database may have changed the trail. Keep a copy of it before you do
          anything else.
        </p>
      </Alert>
      <ol aria-label="Problems of the audit trail" className="overflow-hidden rounded-xl border bg-surface">
        {problems.map(({ seq, kind, sentence }) => (
          <li
            key={`${seq} ${kind} ${sentence}`}
            className="border-b px-4 py-2.5 text-sm wrap-anywhere tabular-nums last:border-b-0"
          >
            {sentence}
          </li>
        ))}
      </ol>
      {problemCount > problems.length ? (
        <p className="text-sm text-text-muted tabular-nums">
          The first {formatCount(problems.length)} of {formatCount(problemCount)}.
        </p>
      ) : null}
    </div>
  );
}
