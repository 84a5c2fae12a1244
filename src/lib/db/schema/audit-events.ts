import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/**
 * Who did what to which object. Ids only, no key material and no personal data, so a row may outlive the
 * account it refers to: there is no foreign key, on purpose. Triggers keep it append-only.
 */
export const auditEventsTable = pgTable(
  "audit_events",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    at: timestamp("at", { withTimezone: true }).notNull().defaultNow(),
    actorId: text("actor_id").notNull(),
    action: text("action").notNull(),
    objectId: text("object_id"),
    detail: jsonb("detail").$type<Record<string, string | number | boolean | string[]>>(),
    /** Place in the chain, from 1 without gaps; null until the record is chained. */
    seq: bigint("seq", { mode: "bigint" }).unique(),
    /** HMAC-SHA256 over the record, its place and the MAC before it, in hex. */
    mac: text("mac"),
    /** Id of the data key whose derived key made the MAC. */
    macKeyId: text("mac_key_id"),
    /** HMAC of the server that wrote the record; null for records from before it and for a trigger's own. */
    originMac: text("origin_mac"),
  },
  (table) => [
    index("audit_events_actor_id_at_idx").on(table.actorId, table.at),
    index("audit_events_at_idx").on(table.at),
    index("audit_events_action_at_idx")
      .on(table.action, table.at)
      .where(sql`${table.action} <> 'value.opened'`),
    index("audit_events_actor_action_at_idx")
      .on(table.actorId, table.action, table.at)
      .where(sql`${table.action} <> 'value.opened'`),
    index("audit_events_object_idx").on(
      sql`left(${table.objectId}, 64)`,
      table.actorId,
      table.action,
      table.at,
    ),
    index("audit_events_rows_idx")
      .using("gin", sql`(${table.detail} -> 'rows')`)
      .where(sql`${table.detail} ? 'rows'`),
    index("audit_events_person_idx")
      .on(sql`left(coalesce(${table.detail} ->> 'personId', ${table.detail} ->> 'scopeId'), 64)`, table.at)
      .where(sql`${table.detail} ?| array['personId', 'scopeId']`),
    index("audit_events_unchained_idx").on(table.at, table.id).where(sql`${table.seq} is null`),
    check(
      "audit_events_chained_whole",
      sql`num_nulls(${table.seq}, ${table.mac}, ${table.macKeyId}) in (0, 3)`,
    ),
    check("audit_events_detail_size", sql`octet_length(${table.detail}::text) <= 131072`),
  ],
);
