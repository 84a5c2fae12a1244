import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { usageCorrectionsTable, usageEventsTable } from "@/lib/db/schema";

/**
 * What a request of `usage_events` cost, as far as it is known by now: as corrected later, else as its row
 * says. In micro-dollars; null when it is not known. The row and the receipt stay as they were.
 */
export const correctedCost: SQL<number | null> = sql<number | null>`coalesce(
  (select ${usageCorrectionsTable.costMicroUsd} from ${usageCorrectionsTable}
    where ${usageCorrectionsTable.usageId} = ${usageEventsTable.id}), ${usageEventsTable.costMicroUsd})`;
