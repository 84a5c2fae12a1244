"use client";

import { type SubmitEvent, useId, useRef, useState } from "react";
import { formText } from "@/components/auth/form-text";
import { SubmitButton } from "@/components/auth/submit-button";
import { countOf, formatCount } from "@/components/format-count";
import { CopyButton } from "@/components/project-chat/copy-button";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { AuditVerification, VaultStatus } from "@/contracts/vault";
import { ApiError, callApi } from "@/lib/http/api-client";
import { readAuditHead, writeAuditHead } from "./audit-head";
import { VAULT_PATH } from "./use-vault-status";

/** The length of the audit trail, its head to note down, and the check that nothing in it was changed. */
export function AuditTrail({
  audit,
  refresh,
}: {
  audit: VaultStatus["audit"];
  refresh: () => Promise<void>;
}) {
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
      <div className="overflow-hidden rounded-xl border bg-surface">
        <dl className="grid grid-cols-2 gap-4 p-4 sm:px-5">
          <TrailFigure label="Records" value={formatCount(audit.records)} />
          <TrailFigure label="Not yet chained" value={formatCount(audit.pending)} />
        </dl>
        <p className="px-4 pb-4 text-sm text-pretty text-text-muted sm:px-5">
          Each record is linked to the one before it within seconds.
        </p>
        <div className="border-t p-4 sm:px-5">
          <p className="text-sm font-medium">Latest record</p>
          {audit.head ? (
            <div className="mt-1 flex items-start gap-2">
              <p className="min-w-0 flex-1 py-1 font-mono text-xs leading-5 break-all text-text-muted">
                {writeAuditHead(audit.head)}
              </p>
              <CopyButton text={writeAuditHead(audit.head)} label="Copy the latest record" />
            </div>
          ) : (
            <p className="mt-1 text-sm text-text-muted">Nothing is chained yet.</p>
          )}
          <p className="mt-1 text-sm text-pretty text-text-muted">
            Keep a copy outside this server. With it, a later verification also finds records that were
            removed from the end.
          </p>
        </div>
      </div>
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

function TrailFigure({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex flex-col-reverse justify-end gap-0.5">
      <dt className="text-xs text-text-muted">{label}</dt>
      <dd className="text-lg font-medium tabular-nums">{value}</dd>
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
