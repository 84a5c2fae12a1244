import { index, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { ModelId } from "@/contracts/model-selection";
import type { Payer } from "@/contracts/payer";
import type { ProviderId } from "@/contracts/provider";
import { userTable } from "./user";
import { userAiApiKeysTable } from "./user-ai-api-keys";

/** The model and key a person's new tabs start with, if they chose one. It goes with its key. */
export const defaultSelectionsTable = pgTable(
  "default_selections",
  {
    userId: text("user_id")
      .primaryKey()
      .references(() => userTable.id, { onDelete: "cascade" }),
    payer: text("payer").$type<Payer>().notNull(),
    provider: text("provider").$type<ProviderId>().notNull(),
    model: text("model").$type<ModelId>().notNull(),
    /** Null for the platform's key, and for the person's default key of the provider. */
    keyId: uuid("key_id").references(() => userAiApiKeysTable.id, { onDelete: "cascade" }),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index("default_selections_key_id_idx").on(table.keyId)],
);
