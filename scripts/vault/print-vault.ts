import type { AuditVerification, KeyRotationSummary, VaultFinding, VaultStatus } from "@/contracts/vault";
import { duration, say, sayPlain } from "../lib/say.mjs";

const number = new Intl.NumberFormat("en");

const KINDS = {
  key_encryption_key: "key-encryption key",
  data_keys: "data keys",
  verify: "verification",
} as const;

export function printStatus(status: VaultStatus): void {
  sayPlain("\nKey-encryption keys");
  for (const key of status.keyEncryptionKeys) {
    const state = key.current ? "current" : key.retired ? "retired" : "unwraps only";
    const place = key.store ?? "NOT CONFIGURED";
    say(
      key.id,
      `${state}, ${place}: ${number.format(key.dataKeys)} data keys, ${number.format(key.values)} values sealed directly`,
    );
  }
  const { dataKeys } = status;
  sayPlain("\nData keys");
  say("active", number.format(dataKeys.active));
  say("rotating out", number.format(dataKeys.decryptOnly));
  say("destroyed", number.format(dataKeys.destroyed));
  if (dataKeys.unreadable > 0) say("UNREADABLE", number.format(dataKeys.unreadable));
  sayPlain("\nSealed values");
  for (const column of status.columns) {
    const parts = [
      `${number.format(column.total)} in all`,
      `${number.format(column.current)} under active data keys`,
      column.outdated > 0 ? `${number.format(column.outdated)} under keys rotating out` : "",
      column.earlierFormats > 0 ? `${number.format(column.earlierFormats)} in earlier formats` : "",
      column.unreadable > 0 ? `${number.format(column.unreadable)} NEED RE-ENTRY` : "",
    ];
    sayPlain(`  ${column.name}: ${parts.filter(Boolean).join(", ")}`);
  }
  if (status.countedAt) say("counted", `${status.countedAt.slice(0, 16).replace("T", " ")} UTC`);
  sayPlain("\nAudit trail");
  say(
    "records",
    `${number.format(status.audit.records)} chained, ${number.format(status.audit.pending)} waiting`,
  );
  if (status.audit.head) say("head", `${status.audit.head.seq}:${status.audit.head.mac}`);
  sayPlain("\nRotations");
  if (status.history.length === 0) say("none", "");
  for (const rotation of status.history) printRotation(rotation);
}

function printRotation(rotation: KeyRotationSummary): void {
  // Wider than the labels of `say`.
  const startedAt = rotation.startedAt.slice(0, 16).replace("T", " ");
  sayPlain(`  ${startedAt}  ${titleOf(rotation)}: ${progressOf(rotation)}`);
}

/** "data keys, dry run" */
export function titleOf({ kind, dryRun }: KeyRotationSummary): string {
  return `${KINDS[kind]}${dryRun ? ", dry run" : ""}`;
}

export function progressOf(rotation: KeyRotationSummary): string {
  const parts = [
    rotation.state === "running" ? rotation.step : rotation.state,
    `${number.format(rotation.done)} of ${number.format(rotation.total)} rows`,
    `${number.format(rotation.changed)} ${rotation.dryRun ? "would change" : "changed"}`,
    rotation.unreadable > 0 ? `${number.format(rotation.unreadable)} NEED RE-ENTRY` : "",
    rotation.skipped > 0 ? `${number.format(rotation.skipped)} LEFT AS THEY WERE` : "",
    rotation.rate ? `${number.format(Math.round(rotation.rate))} rows/s` : "",
    rotation.remainingSeconds !== null ? `${duration(rotation.remainingSeconds * 1000)} left` : "",
    rotation.lastError ? `waits: ${rotation.lastError}` : "",
  ];
  return parts.filter(Boolean).join(", ");
}

export function printFindings(findings: readonly VaultFinding[]): void {
  if (findings.length === 0) say("Healthy", "every key store answers, every row is under a current key");
  for (const { severity, sentence } of findings) say(severity === "error" ? "Error" : "Warning", sentence);
}

export function printAudit(report: AuditVerification): void {
  const { ok, records, pending, head, problems, problemCount } = report;
  say(
    ok ? "Sound" : "BROKEN",
    `${number.format(records)} records checked, ${number.format(pending)} not chained yet`,
  );
  if (head) say("Head", `${head.seq}:${head.mac}  (keep it elsewhere and give it as --head next time)`);
  for (const problem of problems) say(problem.kind, problem.sentence);
  if (problemCount > problems.length) {
    say("more", `${number.format(problemCount - problems.length)} further problems are not listed`);
  }
}
