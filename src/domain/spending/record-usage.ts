import "server-only";
import { sql } from "drizzle-orm";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelPrice } from "@/contracts/models";
import { keyProviderOf } from "@/contracts/payer";
import type { Actor } from "@/domain/identity/actor";
import type { PersonalKey } from "@/domain/keys/find-paying-key";
import { database } from "@/lib/db/client";
import { projectsTable, usageEventsTable } from "@/lib/db/schema";
import { sqlStateOf } from "@/lib/db/sql-state";

/** Postgres error codes: errcodes-appendix.html, class 23. */
const FOREIGN_KEY_VIOLATION = "23503";

export interface UsageRecord {
  projectId: string;
  /** A UUID: also the id of the record. */
  messageId: string;
  threadId?: string | undefined;
  selection: ModelSelection;
  /** The personal key that paid; null for the platform's. */
  key: Pick<PersonalKey, "id" | "label" | "last4"> | null;
  outcome: "completed" | "aborted" | "failed";
  errorCode?: ErrorCode | undefined;
  /** Requests sent to the provider, including refused ones. */
  requests: number;
  /** Tokens as reported by the provider, if it did. */
  tokens?: ChatMessageMetadata["usage"];
  cost?: ChatMessageMetadata["cost"];
  /**
   * The prices used for the estimate; those of the largest request if a model costs more above a number of
   * tokens.
   */
  price: (ModelPrice & { source: string }) | null;
  durationMs: number;
  firstTokenMs: number | null;
}

/**
 * Records what one message used and who paid, even if its project was deleted meanwhile. Once, also if it is
 * called again because it seemed to fail.
 */
export async function recordUsage(actor: Actor, record: UsageRecord): Promise<void> {
  await insertUsage(actor, record).catch((error: unknown) => {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    // The project was deleted between reading and referencing it. Read again, it is null.
    return insertUsage(actor, record);
  });
}

async function insertUsage(actor: Actor, record: UsageRecord): Promise<void> {
  const db = await database();
  const event = {
    id: record.messageId,
    userId: actor.userId,
    projectId: sql`(select ${projectsTable.id} from ${projectsTable} where ${projectsTable.id} = ${record.projectId})`,
    messageId: record.messageId,
    keyProvider: keyProviderOf(record.selection.payer),
    provider: record.selection.provider,
    model: record.selection.model,
    keyId: record.key?.id,
    keyLabel: record.key?.label,
    keyLast4: record.key?.last4,
    threadId: record.threadId,
    requests: record.requests,
    outcome: record.outcome,
    errorCode: record.errorCode,
    ...record.tokens,
    costMicroUsd: record.cost?.microUsd,
    costSource: record.cost?.source,
    price: record.price,
    durationMs: record.durationMs,
    firstTokenMs: record.firstTokenMs,
  };
  await db.insert(usageEventsTable).values(event).onConflictDoNothing();
}
