import { date, index, jsonb, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import type { OwnerKind } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";

/** A key as its provider lists it. */
export interface ListedKey {
  id: string;
  name: string;
  last4: string;
  /** Of a key that asks about itself: what it may still spend; null without a limit. */
  remainingMicroUsd?: number | null;
}

/**
 * Whom to ask what was charged: an owner's admin key at a provider, or one key that may ask about itself. A
 * server claims the row while it asks.
 */
export const reconciliationSourcesTable = pgTable(
  "reconciliation_sources",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
    ownerId: text("owner_id").notNull(),
    provider: text("provider").$type<ProviderId>().notNull(),
    /** "admin", "platform", or the id of a stored key. */
    keyRef: text("key_ref").notNull(),
    nextAt: timestamp("next_at", { withTimezone: true }).notNull().defaultNow(),
    claim: uuid("claim"),
    claimedUntil: timestamp("claimed_until", { withTimezone: true }),
    fetchedAt: timestamp("fetched_at", { withTimezone: true }),
    /** Days that the last answer was about; the second is the first one after them. */
    coveredFrom: date("covered_from", { mode: "string" }),
    coveredTo: date("covered_to", { mode: "string" }),
    keys: jsonb("keys").$type<ListedKey[]>().notNull().default([]),
    /** Why the last attempt failed; null if it did not. */
    failure: text("failure"),
    failedAt: timestamp("failed_at", { withTimezone: true }),
  },
  (table) => [
    unique("reconciliation_sources_once").on(table.ownerKind, table.ownerId, table.provider, table.keyRef),
    index("reconciliation_sources_next_at_idx").on(table.nextAt),
  ],
);
