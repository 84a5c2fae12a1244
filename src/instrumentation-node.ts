import { seedDemo } from "@/domain/demo/seed-demo";
import { warnOfMissingOperator } from "@/domain/identity/operators/first-account";
import { startPreviousKeyExpiry } from "@/domain/keys/previous-secret-expiry";
import { recheckUnreadableKeys } from "@/domain/keys/sources/stored/recheck-unreadable-keys";
import { recordAccountEvents } from "@/domain/people/record-account-events";
import { recheckUnreadableSecrets } from "@/domain/projects/secrets/recheck-unreadable-secrets";
import { PROVIDERS } from "@/domain/providers/registry";
import { drainRuns } from "@/domain/runs/drain-runs";
import { openRunChannel } from "@/domain/runs/elsewhere/run-channel";
import { settleDeadRunsAtStart, startSettlingDeadRuns } from "@/domain/runs/elsewhere/settle-dead-runs";
import { startSweeping } from "@/domain/spending/limits/sweep";
import { startAuditChaining } from "@/domain/vault/audit/audit-chaining";
import { recoverAuditJournals } from "@/domain/vault/audit/recover-audit-journals";
import { prepareAuthority } from "@/domain/vault/authority/prepare-authority";
import { recordAlteredRows } from "@/domain/vault/authority/record-altered-rows";
import { openControlChannel } from "@/domain/vault/control-channel";
import { startVaultCounting } from "@/domain/vault/counts/vault-counting";
import { auditMacKeys } from "@/domain/vault/data-keys/audit-mac-keys";
import { checkCurrentKey } from "@/domain/vault/data-keys/check-current-key";
import { keyEncryptionKeys } from "@/domain/vault/data-keys/key-encryption-keys";
import { otherKeysOfAName } from "@/domain/vault/data-keys/other-keys-of-a-name";
import { refuseRetiredKeys } from "@/domain/vault/data-keys/refuse-retired-keys";
import { moveEarlierFormats } from "@/domain/vault/rotation/move-earlier-formats";
import { startRotationJobs, stopRotationJobs } from "@/domain/vault/rotation/rotation-jobs";
import { closeBeforeExit } from "@/lib/close-before-exit";
import { closeDatabase, databaseConnection } from "@/lib/db/client";
import { startErasing } from "@/lib/db/erasing";
import { environment } from "@/lib/env.server";
import { EnvironmentError } from "@/lib/environment-error";
import { prepareRequests } from "@/lib/http/prepare-requests";
import { logger } from "@/lib/logger";
import { keepFilesPrivate } from "@/lib/private-files";
import { providerProblems } from "@/lib/provider-variables";
import { agentServer } from "@/mastra/app";
import { serveAgent } from "@/server/agent-handler";

/**
 * Checks at startup what would otherwise fail at the first request: the environment, the encryption keys and
 * the database. Ends the process with one sentence if one of them cannot be used. Then starts the background
 * work: rotations and the audit chain.
 */
export async function startServer(): Promise<void> {
  // Read by the agent framework, which otherwise sends telemetry to its vendor and fetches model lists.
  process.env.MASTRA_TELEMETRY_DISABLED = "1";
  process.env.MASTRA_OFFLINE = "1";
  keepFilesPrivate();
  try {
    const env = environment();
    prepareRequests();
    checkProviderVariables();
    keyEncryptionKeys();
    await databaseConnection();
    await settleDeadRunsAtStart();
    openRunChannel();
    await refuseRetiredKeys();
    await checkCurrentKey();
    for (const sentence of await otherKeysOfAName()) logger.error(sentence);
    recordAlteredRows();
    await prepareAuthority();
    await warnOfMissingOperator();
    recordAccountEvents();
    await recoverAuditJournals();
    const chaining = startAuditChaining(auditMacKeys);
    await startRotationJobs();
    openControlChannel();
    const stopKeyExpiry = startPreviousKeyExpiry();
    const stopCounting = startVaultCounting();
    const stopErasing = startErasing();
    const stopSettling = startSettlingDeadRuns();
    const stopSweeping = startSweeping();
    closeBeforeExit({
      drain: () => drainRuns(env.DRAIN_SECONDS * 1000),
      atSignal: async () => {
        stopKeyExpiry();
        stopCounting();
        stopErasing();
        stopSettling();
        stopSweeping();
        await stopRotationJobs();
      },
      // PGlite flushes on close and the data folder's lock is released, so the next start finds both intact.
      close: async () => {
        try {
          await chaining.stop();
        } finally {
          await closeDatabase();
        }
      },
    });
    serveAgent((request) => agentServer.fetch(request));
    recheckInBackground();
    await moveEarlierFormats();
    if (env.ORCHESTRAL_DEMO) await seedDemo(env);
  } catch (error) {
    logger.fatal({ err: error }, "the server cannot start");
    process.stderr.write(`${error instanceof Error ? error.message : "The server cannot start."}\n`);
    process.exit(1);
  }
}

/** @throws EnvironmentError */
function checkProviderVariables(): void {
  const ofOperator = PROVIDERS.filter(({ facts }) => !facts.needsAddress);
  const problems = providerProblems(ofOperator.map(({ facts }) => facts.id));
  if (problems.length > 0) throw new EnvironmentError(problems);
}

/** Concurrent with the first requests: a slow key store, or many marked values, must not delay responses. */
function recheckInBackground(): void {
  recheckUnreadableKeys()
    .then(recheckUnreadableSecrets)
    .catch((error: unknown) => {
      logger.warn({ err: error }, "values that could not be opened will be rechecked at the next start");
    });
}
