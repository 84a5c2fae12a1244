"use client";

import type { ReactNode } from "react";
import { formatCount } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useApi } from "@/components/use-api";
import type { UsageRequestDetail, UsageRequestSummary } from "@/contracts/usage-report";
import { cn } from "@/lib/cn";
import { momentLabel } from "./local-time";
import { COST_SOURCE_NAMES, OUTCOME_NAMES, requestCost, requestKey } from "./request-words";

/** All that is known of one request. */
export function RequestDetail({
  api,
  request,
  timeZone,
  onClose,
}: {
  api: `/api/${string}`;
  request: UsageRequestSummary;
  timeZone: string;
  onClose: () => void;
}) {
  const { data, failure, reload } = useApi<UsageRequestDetail>(`${api}/requests/${request.id}`);
  return (
    <Dialog
      open
      title={<span className="wrap-anywhere">{request.model}</span>}
      description={momentLabel(request.at, timeZone)}
      onClose={onClose}
    >
      <DialogBody className="grid gap-4">
        {failure ? (
          <Alert variant="danger">
            {failure}
            <div>
              <Button size="sm" onClick={reload}>
                Retry
              </Button>
            </div>
          </Alert>
        ) : null}
        {data ? <Facts detail={data} /> : failure ? null : <Skeleton className="h-72" />}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>Done</Button>
      </DialogFooter>
    </Dialog>
  );
}

function Facts({ detail }: { detail: UsageRequestDetail }) {
  const { hasTokens, price, costSource } = detail;
  const tokens = (count: number) => (hasTokens ? formatCount(count) : "not reported");
  return (
    <>
      <dl className="grid gap-x-6 gap-y-2.5 text-sm sm:grid-cols-2">
        <Fact
          inWords
          name="Cost"
          note={costSource ? COST_SOURCE_NAMES[costSource] : "No price is known for it."}
        >
          {requestCost(detail)}
        </Fact>
        <Fact name="Paid by">{requestKey(detail)}</Fact>
        <Fact inWords name="Input tokens">
          {tokens(detail.inputTokens)}
        </Fact>
        <Fact inWords name="Output tokens">
          {tokens(detail.outputTokens)}
        </Fact>
        <Fact inWords name="Read from a cache">
          {tokens(detail.cachedInputTokens)}
        </Fact>
        <Fact inWords name="Written to a cache">
          {tokens(detail.cacheWriteTokens)}
        </Fact>
        {detail.cacheWrite1hTokens ? (
          <Fact name="Of these for an hour">{formatCount(detail.cacheWrite1hTokens)}</Fact>
        ) : null}
        {detail.reasoningTokens > 0 ? (
          <Fact name="Reasoning tokens">{formatCount(detail.reasoningTokens)}</Fact>
        ) : null}
        {detail.webSearches ? <Fact name="Web searches">{formatCount(detail.webSearches)}</Fact> : null}
        {detail.requests === 1 ? null : (
          <Fact name="Requests">{formatCount(detail.requests)} of one message, together</Fact>
        )}
        <Fact inWords name="Outcome">
          {OUTCOME_NAMES[detail.outcome]}
          {detail.errorCode ? ` (${detail.errorCode})` : ""}
        </Fact>
        <Fact name="Took">
          {seconds(detail.durationMs)}
          {detail.firstTokenMs === null ? "" : `, the first word after ${seconds(detail.firstTokenMs)}`}
        </Fact>
        {detail.project ? <Fact name="Project">{detail.project.name}</Fact> : null}
        {detail.person ? <Fact name="Person">{detail.person.name}</Fact> : null}
        {detail.serviceTier ? (
          <Fact inWords name="Service tier">
            {detail.serviceTier}
          </Fact>
        ) : null}
        {detail.providerRequestId ? (
          <Fact name="The provider's id of it">
            <span className="font-mono text-xs">{detail.providerRequestId}</span>
          </Fact>
        ) : null}
        {price ? (
          <Fact name="Prices from">
            <span>{price.source}</span>
          </Fact>
        ) : null}
      </dl>
      {detail.rawUsage == null ? null : (
        <div className="grid gap-1.5">
          <h3 className="text-sm font-medium">The provider&rsquo;s own report</h3>
          <pre
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- arrow keys scroll what has the focus
            tabIndex={0}
            className="max-h-48 overflow-auto rounded-md border bg-surface-sunken p-3 font-mono text-xs"
          >
            {JSON.stringify(detail.rawUsage, null, 2)}
          </pre>
        </div>
      )}
    </>
  );
}

function seconds(ms: number): string {
  return ms < 1000 ? `${formatCount(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function Fact({
  name,
  note,
  inWords = false,
  children,
}: {
  name: string;
  note?: string;
  /** Begins with a capital; names and ids stay as they are. */
  inWords?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-text-muted">{name}</dt>
      <dd className={cn("wrap-anywhere", inWords && "first-letter:uppercase")}>{children}</dd>
      {note ? <dd className="text-xs text-pretty text-text-muted">{note}</dd> : null}
    </div>
  );
}
