"use client";

import Link from "next/link";
import { formatCount } from "@/components/format-count";
import { CopyButton } from "@/components/project-chat/copy-button";
import { buttonVariants } from "@/components/ui/button";
import type { VaultStatus } from "@/contracts/vault";
import { writeAuditHead } from "./audit-head";
import { VerifyAuditForm } from "./verify-audit-form";

/** The length of the audit trail, its head to note down, and the check that nothing in it was changed. */
export function AuditTrail({
  audit,
  refresh,
}: {
  audit: VaultStatus["audit"];
  refresh: () => Promise<void>;
}) {
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
      <div>
        <Link href="/settings/activity" className={buttonVariants()}>
          Read the records
        </Link>
      </div>
      <VerifyAuditForm refresh={refresh} />
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
