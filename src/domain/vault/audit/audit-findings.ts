import "server-only";
import { database } from "@/lib/db/client";
import { KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { AuditChainBroken } from "./audit-errors";
import type { AuditMacKeys } from "./chain-audit-events";
import { checkNotedHead, notedHeadFile, readNotedHead } from "./noted-head";
import { unchainedPages } from "./unchained-records";

const PAGE = 500;

/** What is wrong with the trail's end, without reading the whole chain. One sentence each. */
export async function auditFindings(keys: Pick<AuditMacKeys, "find">): Promise<string[]> {
  const db = await database();
  const findings: string[] = [];
  try {
    await checkNotedHead(db, await readNotedHead((id) => keys.find(id)));
  } catch (error) {
    if (error instanceof AuditChainBroken) {
      findings.push(
        `The audit trail went back: ${error.finding}. Records are still taken, and none is chained. Keep a copy of the database, of ${notedHeadFile()} and of the log, and find out who did it. If you restored a backup yourself, run: npm run vault -- accept-audit-head.`,
      );
    } else if (!(error instanceof KeyStoreUnavailable) && !(error instanceof KeyStoreRefused)) throw error;
  }
  let foreign = 0;
  for await (const page of unchainedPages(db, PAGE)) foreign += page.filter(({ genuine }) => !genuine).length;
  if (foreign > 0) {
    findings.push(
      `${foreign} records in audit_events were written by no server with this BETTER_AUTH_SECRET, and are not chained: inserted or changed by another hand, or left by a killed server with another secret. npm run vault -- verify-audit lists them.`,
    );
  }
  return findings;
}
