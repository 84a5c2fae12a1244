import { index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/**
 * Who did what to which object. Ids only, never key material and no personal data, which is why a row may outlive
 * the account it speaks of: there is no foreign key on purpose.
 */
export const auditEventsTable = pgTable(
  "audit_events",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    at: timestamp("at", { withTimezone: true }).notNull().defaultNow(),
    actorId: text("actor_id").notNull(),
    action: text("action").notNull(),
    objectId: text("object_id"),
    detail: jsonb("detail").$type<Record<string, string | number | boolean>>(),
  },
  (table) => [index("audit_events_actor_id_at_idx").on(table.actorId, table.at)],
);
