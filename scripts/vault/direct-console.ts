import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { KeyRotationSummary } from "@/contracts/vault";
import { makeInvitation } from "@/domain/people/invitations/make-invitation";
import { listPeople } from "@/domain/people/list-people";
import { makeResetLink } from "@/domain/people/make-reset-link";
import { acceptAuditHead } from "@/domain/vault/accept-audit-head";
import { AuditChainBroken, AuditUnavailable } from "@/domain/vault/audit/audit-errors";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { auditMacKeys } from "@/domain/vault/data-keys/audit-mac-keys";
import { refuseRetiredKeys } from "@/domain/vault/data-keys/refuse-retired-keys";
import { cancelKeyRotation } from "@/domain/vault/rotation/cancel-key-rotation";
import { listKeyRotations } from "@/domain/vault/rotation/list-key-rotations";
import { retireKeyEncryptionKey } from "@/domain/vault/rotation/retire-key-encryption-key";
import { retryDelaySeconds } from "@/domain/vault/rotation/retry-delay";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { vaultDoctor } from "@/domain/vault/vault-doctor";
import { vaultStatus } from "@/domain/vault/vault-status";
import { verifyAudit } from "@/domain/vault/verify-audit";
import { AppError } from "@/lib/app-error";
import { closeDatabase, database, databaseConnection } from "@/lib/db/client";
import { EncryptionError } from "@/lib/encryption";
import { LaunchError } from "../lib/launch-error";
import { sayFailure } from "../lib/say.mjs";
import { personWithEmail } from "./person-with-email";
import type { VaultConsole } from "./vault-console";

const OPERATOR = { system: "operator" } as const;
const LOOK_EVERY_MS = 1_000;

/**
 * Runs commands in this process on the database it opens: on Postgres alongside any number of servers, on the
 * embedded database if no server runs.
 *
 * @param way how the database is accessed, for the console
 */
export async function directConsole(way: string): Promise<VaultConsole> {
  await databaseConnection();
  try {
    await refuseRetiredKeys();
  } catch (error) {
    await closeDatabase();
    throw error;
  }
  return {
    way,
    status: () => toLaunchError(vaultStatus()),
    findings: () => toLaunchError(vaultDoctor()),
    rotate: (order) => toLaunchError(startKeyRotation(OPERATOR, order)),
    follow: (id, onProgress) => toLaunchError(workAndFollow(id, onProgress)),
    cancel: (id) => toLaunchError(cancelKeyRotation(OPERATOR, id)),
    retire: (keyId) => toLaunchError(retireKeyEncryptionKey(OPERATOR, keyId)),
    verifyAudit: (expectedHead) => toLaunchError(verifyAudit(OPERATOR, expectedHead)),
    invite: (email) => toLaunchError(makeInvitation(OPERATOR, { email })),
    async resetLink(email) {
      const { people: found } = await toLaunchError(listPeople({ search: email }));
      return toLaunchError(makeResetLink(OPERATOR, personWithEmail(found, email).id));
    },
    acceptAuditHead: () => toLaunchError(acceptAuditHead(OPERATOR)),
    async record({ action, detail }) {
      await recordAuditEvent(await database(), OPERATOR, action, "encryption_keys", detail);
      return true;
    },
    async close() {
      try {
        await finishAuditTrail();
      } finally {
        await closeDatabase();
      }
    },
  };
}

/** The command has succeeded, even if the audit trail fails; a failure is only printed. */
async function finishAuditTrail(): Promise<void> {
  try {
    await flushAuditEvents();
  } catch (error) {
    sayFailure(`Records of this command were not written. ${sentenceOf(error)}`);
  }
  try {
    while ((await chainAuditEvents(auditMacKeys)) > 0);
  } catch (error) {
    sayFailure(
      `Records of this command are written and not chained yet; a running server, or the next command, does that. ${sentenceOf(error)}`,
    );
  }
}

/** Errors of the vault are sentences. Others are not shown: a failed query quotes its values. */
function sentenceOf(error: unknown): string {
  const isOurs =
    error instanceof EncryptionError ||
    error instanceof AppError ||
    error instanceof AuditUnavailable ||
    error instanceof AuditChainBroken;
  return isOurs ? error.message : "The database failed; see its log.";
}

/** Turns errors written for a person into LaunchErrors. */
async function toLaunchError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError || error instanceof EncryptionError || error instanceof AuditChainBroken) {
      throw new LaunchError("vault_refused", error.message, { cause: error });
    }
    throw error;
  }
}

/** Works on the rotation, or follows it while a server does. */
async function workAndFollow(
  id: string,
  onProgress: (rotation: KeyRotationSummary) => void,
): Promise<KeyRotationSummary> {
  const stop = new AbortController();
  const working = (async () => {
    while (!stop.signal.aborted) {
      const outcome = await runKeyRotation(id, { worker: randomUUID(), signal: stop.signal });
      if (outcome === "finished" || outcome === "not_running") return;
      const delayMs = outcome === "waiting" ? (await retryDelaySeconds(id)) * 1_000 : LOOK_EVERY_MS;
      // Ended by the abort, which is not a failure.
      await wait(delayMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  try {
    for (;;) {
      const rotation = (await listKeyRotations()).find((each) => each.id === id);
      if (!rotation) throw new LaunchError("vault_refused", "The rotation is no longer listed.");
      if (rotation.state !== "running") return rotation;
      onProgress(rotation);
      await Promise.race([working, wait(LOOK_EVERY_MS)]);
    }
  } finally {
    stop.abort();
    await working;
  }
}
