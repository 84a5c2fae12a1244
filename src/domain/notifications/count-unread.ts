import "server-only";
import { and, not, sql } from "drizzle-orm";
import { UNREAD_COUNTED } from "@/contracts/limits";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { notificationsTable } from "@/lib/db/schema";
import { isReadBy, visibleTo } from "./visible-notifications";

/** How many a person has not read, counted up to UNREAD_COUNTED; one more means that there are more. */
export async function countUnread(actor: Actor): Promise<number> {
  const visible = await visibleTo(actor);
  const db = await database();
  const rows = await db
    .select({ one: sql`1` })
    .from(notificationsTable)
    .where(and(visible, not(isReadBy(actor))))
    .limit(UNREAD_COUNTED + 1);
  return rows.length;
}
