import { useState } from "react";
import { MaskedKey } from "@/components/ai-keys/masked-key";
import { countOf } from "@/components/format-count";
import { formatDollars } from "@/components/format-dollars";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ReconciliationRunResponse, ReconciliationSource } from "@/contracts/reconciliation";
import { ApiError, callApi } from "@/lib/http/api-client";
import type { ApiBase } from "./api-base";

/** Whom the server asks and what came of it, and a button that asks now. */
export function SourceList({
  sources,
  base,
  now,
  onChecked,
}: {
  sources: readonly ReconciliationSource[];
  base: ApiBase;
  now: number;
  onChecked: () => Promise<void>;
}) {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [outcome, setOutcome] = useState("");

  async function check(): Promise<void> {
    if (pending) return;
    setPending(true);
    setProblem(null);
    setOutcome("");
    try {
      const done = await callApi<ReconciliationRunResponse>(`${base}/reconciliation/runs`, {
        method: "POST",
      });
      await onChecked();
      setOutcome(sentenceOf(done));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setPending(false);
    }
  }

  return (
    <div className="grid gap-4">
      {sources.length === 0 ? (
        <p className="text-sm text-text-muted">
          Nobody yet: there is no admin key, and no OpenRouter key that was used in the last month.
        </p>
      ) : (
        <ul aria-label="Who is asked" className="overflow-hidden rounded-xl border bg-surface">
          {sources.map((source) => (
            <SourceRow key={source.id} source={source} now={now} />
          ))}
        </ul>
      )}
      {problem ? <Alert variant="danger">{problem}</Alert> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button pending={pending} onClick={() => void check()}>
          Check now
        </Button>
        <output className="text-sm text-text-muted">{outcome}</output>
      </div>
    </div>
  );
}

function sentenceOf({ checked, failed, isComplete }: ReconciliationRunResponse): string {
  if (checked === 0) return "There was nobody to ask just now.";
  if (!isComplete && failed === 0)
    return `Asked: ${countOf(checked, "key")}. The others are asked within minutes.`;
  if (failed === 0) return `Asked: ${countOf(checked, "key")}. The figures are up to date.`;
  return `Asked: ${countOf(checked, "key")}. ${failed === checked ? "None" : `${checked - failed}`} could be read; the reason is above.`;
}

function SourceRow({ source, now }: { source: ReconciliationSource; now: number }) {
  const { kind, label, last4, providerName, fetchedAt, failure, remainingMicroUsd } = source;
  return (
    <li className="grid gap-1 border-b p-4 text-sm last:border-b-0">
      <p className="font-medium wrap-anywhere">
        {providerName}, {kind === "admin_key" ? "admin key" : label}
        {last4 ? (
          <>
            {" "}
            <MaskedKey last4={last4} />
          </>
        ) : null}
      </p>
      <p className="text-text-muted">
        {fetchedAt ? (
          <>
            Asked <RelativeTime at={fetchedAt} now={now} />
          </>
        ) : (
          "Not asked yet"
        )}
        {remainingMicroUsd === null ? null : ` · ${formatDollars(remainingMicroUsd)} left of the key's limit`}
      </p>
      {failure ? (
        <p className="text-danger-text">
          {failure.sentence} Last tried <RelativeTime at={failure.at} now={now} />.
        </p>
      ) : null}
    </li>
  );
}
