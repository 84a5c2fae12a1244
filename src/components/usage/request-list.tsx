"use client";

import { ReceiptText } from "lucide-react";
import { useId, useState } from "react";
import useSWRInfinite from "swr/infinite";
import { formatCount } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import type { UsageRequestSummary, UsageRequestsResponse } from "@/contracts/usage-report";
import { callApi } from "@/lib/http/api-client";
import { momentLabel } from "./local-time";
import { RequestDetail } from "./request-detail";
import { OUTCOME_NAMES, requestCost, requestKey } from "./request-words";

const OUTCOMES = [
  ["", "All"],
  ["completed", "Completed"],
  ["aborted", "Stopped"],
  ["failed", "Failed"],
] as const;

const COSTS = [
  ["", "All"],
  ["reported", "Reported by the provider"],
  ["estimated", "From list prices"],
  ["partial", "Counted in part"],
  ["floor", "At least"],
  ["unknown", "Unknown"],
] as const;

/**
 * The requests that make up a report, one by one.
 *
 * @param api "/api/v1/usage"
 * @param range and filters as the API takes them
 */
export function RequestList({
  api,
  range,
  timeZone,
}: {
  api: `/api/${string}`;
  range: string;
  timeZone: string;
}) {
  const id = useId();
  const [outcome, setOutcome] = useState("");
  const [cost, setCost] = useState("");
  const [opened, setOpened] = useState<UsageRequestSummary | null>(null);
  const { data, error, size, setSize, isValidating, mutate } = useSWRInfinite<UsageRequestsResponse, Error>(
    (_index: number, before: UsageRequestsResponse | null) => {
      if (before && before.next === null) return null;
      const query = new URLSearchParams(range);
      if (outcome) query.set("outcome", outcome);
      if (cost) query.set("costSource", cost);
      if (before?.next) query.set("cursor", before.next);
      return `${api}/requests?${query}`;
    },
    (path: `/api/${string}`) => callApi<UsageRequestsResponse>(path),
    { revalidateFirstPage: false, revalidateOnFocus: false },
  );
  const requests = data?.flatMap((page) => page.requests) ?? null;
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-3">
        <Choice
          id={`${id}-outcome`}
          label="Outcome"
          options={OUTCOMES}
          value={outcome}
          onChange={setOutcome}
        />
        <Choice id={`${id}-cost`} label="Cost" options={COSTS} value={cost} onChange={setCost} />
      </div>
      {error ? (
        <Alert variant="danger">
          {error.message}
          <div>
            <Button size="sm" onClick={() => void mutate().catch(() => undefined)}>
              Retry
            </Button>
          </div>
        </Alert>
      ) : null}
      {requests === null ? (
        error ? null : (
          <>
            <span role="status" className="sr-only">
              Loading requests
            </span>
            <Skeleton className="h-40" />
          </>
        )
      ) : requests.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<ReceiptText />} title="No requests" className="py-8">
            {outcome || cost ? "No request is like that. Choose All to see the others." : "Nothing was sent."}
          </EmptyState>
        </div>
      ) : (
        <ul aria-label="Requests" className="overflow-hidden rounded-xl border bg-surface">
          {requests.map((request) => (
            <li key={request.id} className="border-b last:border-b-0">
              <button
                type="button"
                aria-haspopup="dialog"
                onClick={() => setOpened(request)}
                className="flex w-full items-start gap-3 px-4 py-2.5 text-left text-sm hover:bg-surface-hover focus-visible:-outline-offset-2"
              >
                <RequestLine request={request} timeZone={timeZone} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {data && data.at(-1)?.next !== null ? (
        <div>
          <Button pending={isValidating && data.length < size} onClick={() => void setSize(size + 1)}>
            Show more
          </Button>
        </div>
      ) : null}
      {opened ? (
        <RequestDetail api={api} request={opened} timeZone={timeZone} onClose={() => setOpened(null)} />
      ) : null}
    </div>
  );
}

function RequestLine({ request, timeZone }: { request: UsageRequestSummary; timeZone: string }) {
  const { at, model, outcome, inputTokens, outputTokens, person } = request;
  return (
    <>
      <span className="grid min-w-0 flex-1 gap-0.5">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{model}</span>
          {outcome === "completed" ? null : (
            <Badge variant={outcome === "failed" ? "danger" : "neutral"}>{OUTCOME_NAMES[outcome]}</Badge>
          )}
        </span>
        <span className="wrap-anywhere text-text-muted">
          {momentLabel(at, timeZone)} · {person ? person.name : requestKey(request)}
        </span>
      </span>
      <span className="grid shrink-0 gap-0.5 text-right tabular-nums">
        <span className="font-medium">{requestCost(request)}</span>
        <span className="text-text-muted">{formatCount(inputTokens + outputTokens)} tokens</span>
      </span>
    </>
  );
}

function Choice({
  id,
  label,
  options,
  value,
  onChange,
}: {
  id: string;
  label: string;
  options: readonly (readonly [value: string, name: string])[];
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field id={id} label={label}>
      {(control) => (
        <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
