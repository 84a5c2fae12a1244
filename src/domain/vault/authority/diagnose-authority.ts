import "server-only";
import type { VaultFinding } from "@/contracts/vault";
import { AuthorityKeyMissing, authorityKey, readAuthorityKey } from "@/lib/auth/authority/authority-key";
import type { SignedTable } from "@/lib/auth/authority/row-mac";
import { findAlteredRows } from "@/lib/auth/authority/stored-rows";
import { database } from "@/lib/db/client";
import { environment } from "@/lib/env.server";

/** What somebody who cannot sign may have written, by what the product does with it. */
const TABLES: Record<SignedTable, string> = {
  user: "accounts",
  account: "sign-in methods",
  session: "sessions",
  verification: "proofs of a sign-in",
  jwks: "signing keys of bearer tokens",
};
const MAX_NAMED = 5;
/**
 * The doctor's time must not grow with the installation. A row beyond these is refused, logged and recorded
 * like any other as soon as somebody uses it.
 */
const MAX_ROWS = 5_000;

/** What is wrong with the rows that grant use of an account. */
export async function diagnoseAuthority(): Promise<VaultFinding[]> {
  const db = await database();
  const findings: VaultFinding[] = [];
  const key = await authorityKey().catch((error: unknown) => {
    if (error instanceof AuthorityKeyMissing) return null;
    throw error;
  });
  // A command that runs without a server comes here before the start has decided.
  if (!key) {
    const sentence =
      "Accounts are not signed, or the key that signs them cannot be opened. Start the server.";
    return [{ severity: "error", sentence }];
  }
  for (const table of Object.keys(TABLES) as SignedTable[]) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const ids = await findAlteredRows(db, key, table, MAX_ROWS);
    if (ids.length === 0) continue;
    const named = ids.slice(0, MAX_NAMED).join(", ");
    findings.push({
      severity: "error",
      sentence: `${ids.length} ${TABLES[table]} (table ${table}, ids ${named}${ids.length > MAX_NAMED ? ", ..." : ""}) were written outside of Orchestral and are refused. Find out who can write to the database, then see docs/runbooks/rotate-after-a-leak.md, part D.`,
    });
  }
  if ((await readAuthorityKey(db))?.underVault === null) {
    findings.push({
      severity: "warning",
      sentence:
        "The key that signs accounts is not kept under the vault yet, so BETTER_AUTH_SECRET must not be changed. Restart the server while its key store answers.",
    });
  }
  if (environment().UNSIGNED_ACCOUNTS === "sign") {
    findings.push({
      severity: "warning",
      sentence:
        "UNSIGNED_ACCOUNTS=sign lets each start sign whatever is in the database. Remove it and restart.",
    });
  }
  return findings;
}
