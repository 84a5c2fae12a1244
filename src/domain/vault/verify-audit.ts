import "server-only";
import type { AuditVerification } from "@/contracts/vault";
import { AppError } from "@/lib/app-error";
import { KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import type { AuditChainProblem } from "../audit/audit-chain-walk";
import { verifyAuditChain } from "../audit/verify-audit-chain";
import { auditMacKeys } from "../data-keys/audit-mac-keys";

/**
 * Recomputes the whole audit chain. For operators.
 *
 * @param expectedHead a head noted earlier, outside of the database
 * @throws AppError `key_store_unavailable`
 */
export async function verifyAudit(expectedHead?: { seq: number; mac: string }): Promise<AuditVerification> {
  const report = await verifyAuditChain(auditMacKeys, { expectedHead }).catch(toldToOperator);
  return {
    ok: report.ok,
    records: report.records,
    pending: report.pending,
    head: report.head,
    problemCount: report.problemCount,
    problems: report.problems.map((problem) => ({
      seq: problem.seq,
      kind: problem.kind,
      sentence: sentenceOf(problem),
    })),
  };
}

function toldToOperator(error: unknown): never {
  if (!(error instanceof KeyStoreUnavailable) && !(error instanceof KeyStoreRefused)) throw error;
  throw new AppError("key_store_unavailable", `The audit trail was not verified. ${error.message}`, {
    cause: error,
  });
}

function sentenceOf(problem: AuditChainProblem): string {
  switch (problem.kind) {
    case "edited":
      return `Record ${problem.seq} is not what was written there.`;
    case "reordered":
      return `Record ${problem.seq} was written as record ${problem.chainedAt}.`;
    case "missing":
      return `${problem.count} records from ${problem.seq} on are gone.`;
    case "key_unknown":
      return `Record ${problem.seq} cannot be checked: its key is not there.`;
    case "head_mismatch":
      return `The stored end of the chain does not fit record ${problem.seq}, the last one there is.`;
    case "cut_off":
      return `The end that was noted is not in the chain: records up to ${problem.seq} were removed or replaced.`;
  }
}
