import "server-only";
import { eq } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { auditChainTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import type { AuditMacKeys } from "./chain-audit-events";
import { noteHead, readNotedHead } from "./noted-head";

/**
 * Notes the head there is, if this server has noted none: a new server, or a DATA_DIR that is new.
 * What happened
 * before, only a head in another server's file or in a log shows.
 *
 * @throws AuditChainBroken if the file was tampered with; what `keys` throws
 */
export async function noteFirstHead(keys: AuditMacKeys): Promise<void> {
  if (await readNotedHead((id) => keys.find(id))) return;
  const db = await database();
  const [head] = await db
    .select({ seq: auditChainTable.seq, mac: auditChainTable.mac })
    .from(auditChainTable)
    .where(eq(auditChainTable.id, 1));
  if (!head || head.seq === 0n) return;
  logger.warn(
    { seq: Number(head.seq), mac: head.mac },
    "this server had noted no head of the audit chain, and takes the one in the database",
  );
  const current = await keys.current();
  await noteHead(head, current).catch((error: unknown) => {
    logger.error({ err: error }, "the head of the audit chain cannot be noted outside the database");
  });
}
