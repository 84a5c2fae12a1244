import "server-only";
import type { AuditVerification } from "@/contracts/vault";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import type { AuditChainProblem } from "./audit/audit-chain-walk";
import { recordAuditEvent } from "./audit/record-audit-event";
import { verifyAuditChain } from "./audit/verify-audit-chain";
import { auditMacKeys } from "./data-keys/audit-mac-keys";

/**
 * Recomputes the whole audit chain, and records the result. For operators.
 *
 * @param actor an operator, checked by the caller
 * @param expectedHead a head noted earlier, outside the database
 * @throws AppError `key_store_unavailable`
 */
export async function verifyAudit(
  actor: Actor | SystemActor,
  expectedHead?: { seq: number; mac: string },
): Promise<AuditVerification> {
  const report = await verifyAuditChain(auditMacKeys, { expectedHead }).catch(toOperatorError);
  await recordAuditEvent(await database(), actor, "audit.verified", "audit_events", {
    ok: report.ok,
    records: report.records,
    problems: report.problemCount,
    ...(report.head ? { through: report.head.seq } : {}),
  });
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

function toOperatorError(error: unknown): never {
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
    case "not_recorded":
      return `The record with the id ${problem.id} is not in the chain: no server with this BETTER_AUTH_SECRET wrote it.`;
    case "noted_head_unusable":
      return `Whether records were cut off cannot be checked: ${problem.finding}.`;
  }
}
