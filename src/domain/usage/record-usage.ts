import "server-only";
import { sql } from "drizzle-orm";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";
import type { ModelSelection } from "@/contracts/model-selection";
import { database } from "@/lib/db/client";
import { projectsTable, usageEventsTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { modelById } from "../model-catalog/models";

export interface UsageRecord {
  projectId: string;
  messageId: string;
  selection: ModelSelection;
  keyLast4?: string | undefined;
  outcome: "completed" | "aborted" | "failed";
  errorCode?: ErrorCode | undefined;
  /** Tokens as the provider reported them, when it did. */
  tokens?: ChatMessageMetadata["usage"];
  cost?: ChatMessageMetadata["cost"];
  durationMs: number;
  firstTokenMs: number | null;
}

/** Writes what one message took and whose purse paid, also when its project was deleted while the answer came. */
export async function recordUsage(actor: Actor, record: UsageRecord): Promise<void> {
  const db = await database();
  await db.insert(usageEventsTable).values({
    userId: actor.userId,
    projectId: sql`(select ${projectsTable.id} from ${projectsTable} where ${projectsTable.id} = ${record.projectId})`,
    messageId: record.messageId,
    keyProvider: record.selection.provider,
    provider: modelById(record.selection.model).provider,
    model: record.selection.model,
    keyLast4: record.keyLast4,
    outcome: record.outcome,
    errorCode: record.errorCode,
    ...record.tokens,
    costMicroUsd: record.cost?.microUsd,
    costSource: record.cost?.source,
    durationMs: record.durationMs,
    firstTokenMs: record.firstTokenMs,
  });
}
