"use client";

import { CircleAlert, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { countOf } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { VaultFinding } from "@/contracts/vault";
import type { VaultFindingsResponse } from "@/contracts/vault-requests";
import { ApiError, callApi } from "@/lib/http/api-client";
import { VAULT_PATH } from "./use-vault-status";

/**
 * Runs a round trip with every key store and shows what is wrong; on demand, since a key store may charge for
 * it.
 */
export function VaultCheck() {
  const [pending, setPending] = useState(false);
  const [findings, setFindings] = useState<VaultFinding[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  async function check() {
    setPending(true);
    setFailure(null);
    try {
      setFindings((await callApi<VaultFindingsResponse>(`${VAULT_PATH}/findings`)).findings);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFindings(null);
      setFailure(error.message);
    } finally {
      setPending(false);
    }
  }

  return (
    <div className="grid gap-4">
      <div>
        <Button pending={pending} onClick={() => void check()}>
          Check key stores
        </Button>
      </div>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      {findings?.length === 0 ? (
        <Alert variant="success">Every key store answers and nothing is out of order.</Alert>
      ) : null}
      {findings && findings.length > 0 ? <Findings findings={findings} /> : null}
    </div>
  );
}

function Findings({ findings }: { findings: VaultFinding[] }) {
  return (
    <div className="grid gap-2">
      <p role="status" className="text-sm font-medium">
        {countOf(findings.length, "finding")}
      </p>
      <ul aria-label="Findings" className="overflow-hidden rounded-xl border bg-surface">
        {findings.map(({ severity, sentence }) => (
          <li key={sentence} className="grid justify-items-start gap-1.5 border-b px-4 py-3 last:border-b-0">
            {severity === "error" ? (
              <Badge variant="danger">
                <CircleAlert aria-hidden />
                Error
              </Badge>
            ) : (
              <Badge variant="warning">
                <TriangleAlert aria-hidden />
                Warning
              </Badge>
            )}
            <p className="text-sm text-pretty wrap-anywhere">{sentence}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
