import { sql } from "drizzle-orm";
import { bigint, check, date, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { OwnerKind } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";

/**
 * What a provider says it charged, for each of its days (UTC), keys and models. A later report replaces it.
 */
export const providerChargesTable = pgTable(
  "provider_charges",
  {
    ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
    ownerId: text("owner_id").notNull(),
    provider: text("provider").$type<ProviderId>().notNull(),
    /** The provider's id of the key; of a key that asks about itself, its `key_ref`. Empty: of no key. */
    keyId: text("key_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    /** Empty for all models together. */
    model: text("model").notNull().default(""),
    /** Last four characters of the key. */
    keyHint: text("key_hint"),
    microUsd: bigint("micro_usd", { mode: "number" }).notNull(),
    /** Before discounts, where the provider says so. */
    listMicroUsd: bigint("list_micro_usd", { mode: "number" }),
    /** Of a key that reports its total: what it had cost before the day began. */
    totalBeforeMicroUsd: bigint("total_before_micro_usd", { mode: "number" }),
    fetchedAt: timestamp("fetched_at", { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({
      name: "provider_charges_pk",
      columns: [table.ownerKind, table.ownerId, table.provider, table.day, table.keyId, table.model],
    }),
    check("provider_charges_not_negative", sql`micro_usd >= 0 and coalesce(list_micro_usd, 0) >= 0`),
  ],
);
