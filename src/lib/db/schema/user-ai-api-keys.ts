import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  date,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { KeyHealthOutcome, KeyPause, TripwireAction } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import { userTable } from "./user";

/**
 * Provider keys of people. The id belongs to the key permanently: replacing the key changes the sealed secret
 * in the row, and moves the previous secret to a new row (`previous_of`). Only `domain/keys/sources/stored`
 * reads or writes `api_key`.
 */
export const userAiApiKeysTable = pgTable(
  "user_ai_api_keys",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    provider: text("provider").$type<ProviderId>().notNull(),
    /** Sealed (lib/encryption): bound to this table, column, user and `seal_purpose`. */
    apiKey: text("api_key").notNull(),
    /** Last four characters of the key, so that lists never open it. */
    last4: text("last4").notNull(),
    /**
     * Keyed fingerprint: tells whether a pasted key is the saved one, without opening it, until the data keys
     * are rotated.
     */
    fingerprint: text("fingerprint").notNull(),
    /** Set when the sealed value could not be opened; cleared by saving the key again. */
    unreadableSince: timestamp("unreadable_since", { withTimezone: true }),
    lastUsedAt: timestamp("last_used_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
    /**
     * Names the provider, this secret and its endpoint (keys/sources/stored/seal-purpose.ts). A trigger fills
     * in the provider's name if it is empty.
     */
    sealPurpose: text("seal_purpose").notNull().default(""),
    /** The person's name for it; empty for "<provider> key". */
    label: text("label").notNull().default(""),
    /** Address of a custom endpoint; null for the provider's. */
    baseUrl: text("base_url"),
    isDefault: boolean("is_default").notNull().default(true),
    disabledAt: timestamp("disabled_at", { withTimezone: true }),
    /** The key whose previous secret this is, and until when the person can switch back to it. */
    previousOf: uuid("previous_of").references((): AnyPgColumn => userAiApiKeysTable.id, {
      onDelete: "cascade",
    }),
    availableUntil: timestamp("available_until", { withTimezone: true }),
    /** The most recent health result, from a test or a message. */
    health: text("health").$type<KeyHealthOutcome>(),
    healthAt: timestamp("health_at", { withTimezone: true }),
    lastTestedAt: timestamp("last_tested_at", { withTimezone: true }),
    lastError: text("last_error").$type<KeyHealthOutcome>(),
    lastErrorAt: timestamp("last_error_at", { withTimezone: true }),
    /** It failed in a chat and the person has not been notified yet. */
    hasNotice: boolean("has_notice").notNull().default(false),
    /** The last outcome the person was notified of; null once the key worked again. */
    toldOf: text("told_of").$type<KeyHealthOutcome>(),
    /** From then on no message is sent with it. */
    expiresAt: timestamp("expires_at", { withTimezone: true }),
    /** The day its secret was made at the provider, as its owner says. */
    madeOn: date("made_on", { mode: "string" }),
    /** Days after `made_on` (else after it was saved) when its owner is reminded to replace it. */
    rotateAfterDays: integer("rotate_after_days"),
    /** No message is sent with it until it is resumed or replaced; why. */
    pausedAt: timestamp("paused_at", { withTimezone: true }),
    pause: jsonb("pause").$type<KeyPause>(),
    /** What happens when it is used in an unusual way (spending/tripwire). */
    tripwire: text("tripwire").$type<TripwireAction>().notNull().default("tell"),
    /** Since when its usage is that of its owner; null: since it was saved. */
    watchedFrom: timestamp("watched_from", { withTimezone: true }),
    /** What was used before is accepted: resumed, replaced or switched back then. */
    countedFrom: timestamp("counted_from", { withTimezone: true }),
  },
  (table) => [
    unique("user_ai_api_keys_user_purpose_unique").on(table.userId, table.sealPurpose),
    uniqueIndex("user_ai_api_keys_default_idx")
      .on(table.userId, table.provider)
      .where(sql`${table.isDefault}`),
    uniqueIndex("user_ai_api_keys_previous_of_idx")
      .on(table.previousOf)
      .where(sql`${table.previousOf} is not null`),
  ],
);
