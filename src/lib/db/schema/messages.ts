import { sql } from "drizzle-orm";
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ThreadMessage } from "@/contracts/threads";
import { threadsTable } from "./threads";

/**
 * Messages of a thread form a tree (see contracts/threads.ts): nothing is overwritten by an edit or a retry.
 */
export const messagesTable = pgTable(
  "messages",
  {
    threadId: uuid("thread_id")
      .notNull()
      .references(() => threadsTable.id, { onDelete: "cascade" }),
    id: text("id").notNull(),
    parentId: text("parent_id"),
    role: text("role").$type<ThreadMessage["role"]>().notNull(),
    parts: jsonb("parts").$type<ThreadMessage["parts"]>().notNull(),
    metadata: jsonb("metadata").$type<ChatMessageMetadata>(),
    /** Order of insertion; timestamps of one transaction are equal. */
    position: bigint("position", { mode: "number" }).generatedAlwaysAsIdentity(),
    /** Bytes of its text, which is what reading it costs; counted by the database. */
    size: integer("size")
      .generatedAlwaysAs(sql`octet_length(parts::text) + coalesce(octet_length(metadata::text), 0)`)
      .notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.threadId, table.id] }),
    index("messages_thread_id_position_idx").on(table.threadId, table.position),
  ],
);
