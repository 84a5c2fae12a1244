import "server-only";
import type { VaultFinding, VaultStatus } from "@/contracts/vault";
import { missingOperator } from "@/domain/identity/operators/first-account";
import { checkKeyStore } from "@/lib/key-stores/check-key-store";
import { diagnoseAuthority } from "./authority/diagnose-authority";
import { keyEncryptionKeys } from "./data-keys/key-encryption-keys";
import { otherKeysOfAName } from "./data-keys/other-keys-of-a-name";
import { vaultStatus } from "./vault-status";

/**
 * Above this share of the budget an operator is warned, though the key is replaced automatically when it is
 * used up.
 */
const NONCE_ALARM = 0.5;
/** More unchained records than this mean that chaining does not work. */
const PENDING_ALARM = 10_000;

/** What is wrong with the vault and how to fix it; makes a round trip to every key store. For operators. */
export async function vaultDoctor(): Promise<VaultFinding[]> {
  const stores = await Promise.all(
    keyEncryptionKeys().all.map(async (key): Promise<VaultFinding[]> => {
      const problem = await checkKeyStore(key);
      return problem ? [error(problem.sentence)] : [];
    }),
  );
  const status = await vaultStatus();
  const nobody = await missingOperator();
  return [
    ...stores.flat(),
    ...(await otherKeysOfAName()).map(error),
    ...(nobody ? [warning(nobody)] : []),
    ...(await diagnoseAuthority()),
    ...ofKeys(status),
    ...ofValues(status),
    ...ofAudit(status),
  ];
}

function ofKeys({ keyEncryptionKeys: keys, dataKeys, nonceBudget, running }: VaultStatus): VaultFinding[] {
  const findings: VaultFinding[] = [];
  for (const key of keys) {
    const needed = key.dataKeys + key.values;
    if (key.store === null && needed > 0) {
      findings.push(
        error(
          `Key "${key.id}" is not configured, and ${key.dataKeys} data keys and ${key.values} values need it. Put it back.`,
        ),
      );
    } else if (key.retired && needed > 0) {
      findings.push(
        error(
          `Key "${key.id}" was retired, and ${needed} rows need it again. Rotate, keeping it configured.`,
        ),
      );
    } else if (!key.current && needed > 0 && !running) {
      findings.push(
        warning(
          `Key "${key.id}" is not the current one and still needed by ${needed} rows. Run a rotation of the key-encryption key.`,
        ),
      );
    } else if (key.retired && key.store !== null) {
      findings.push(warning(`Key "${key.id}" is retired. Take it out of the configuration.`));
    }
  }
  if (dataKeys.unreadable > 0) {
    findings.push(
      error(
        `${dataKeys.unreadable} data keys cannot be unwrapped, so what they seal needs re-entry. See the server's log for their ids.`,
      ),
    );
  }
  if (nonceBudget.mostSeals > nonceBudget.limit * NONCE_ALARM) {
    findings.push(
      warning(
        `A data key has sealed ${nonceBudget.mostSeals} values of at most ${nonceBudget.limit}. Its owner gets a new one automatically; find out who saves so often.`,
      ),
    );
  }
  if (running?.lastError) findings.push(warning(`The running rotation waits: ${running.lastError}`));
  return findings;
}

function ofValues({ columns, running }: VaultStatus): VaultFinding[] {
  const findings: VaultFinding[] = [];
  for (const { name, unreadable, outdated, earlierFormats } of columns) {
    if (unreadable > 0) {
      findings.push(
        warning(`${unreadable} values of ${name} cannot be opened and are marked "needs re-entry".`),
      );
    }
    if (outdated + earlierFormats > 0 && !running) {
      findings.push(
        warning(
          `${outdated + earlierFormats} values of ${name} are not under an active data key. Run a rotation of the data keys.`,
        ),
      );
    }
  }
  return findings;
}

function ofAudit({ audit }: VaultStatus): VaultFinding[] {
  if (audit.pending <= PENDING_ALARM) return [];
  return [warning(`${audit.pending} audit records wait to be chained. See the server's log for why.`)];
}

function error(sentence: string): VaultFinding {
  return { severity: "error", sentence };
}

function warning(sentence: string): VaultFinding {
  return { severity: "warning", sentence };
}
