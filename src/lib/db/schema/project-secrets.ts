import { jsonb, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { projectsTable } from "./projects";

/**
 * A secret as stored. `text` is sealed (lib/encryption, sealFields): bound to this table, column, project and
 * name. The note is not.
 */
export interface SecretDocument {
  text: string;
  note?: string;
}

export const projectSecretsTable = pgTable(
  "project_secrets",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    projectId: uuid("project_id")
      .notNull()
      .references(() => projectsTable.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    value: jsonb("value").$type<SecretDocument>().notNull(),
    /** Set when the sealed text could not be opened; cleared by saving the secret again. */
    unreadableSince: timestamp("unreadable_since", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [unique("project_secrets_project_id_name_unique").on(table.projectId, table.name)],
);
