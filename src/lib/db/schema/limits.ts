import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  integer,
  pgTable,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { OwnerKind } from "@/contracts/owner";
import type { Payer } from "@/contracts/payer";
import type { LimitMeasure, LimitPeriod, LimitScopeKind } from "@/contracts/spending-limits";

/** What may be spent: by whom, in which time. The database counts (migration 0029). */
export const limitsTable = pgTable(
  "limits",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Who may change it: the owner of the keys whose use it counts. */
    ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
    ownerId: text("owner_id").notNull(),
    scopeKind: text("scope_kind").$type<LimitScopeKind>().notNull(),
    /** A person's or a key's id; empty for the installation, and for each person. */
    scopeId: text("scope_id").notNull().default(""),
    payer: text("payer").$type<Payer>().notNull(),
    measure: text("measure").$type<LimitMeasure>().notNull(),
    amount: bigint("amount", { mode: "number" }).notNull(),
    period: text("period").$type<LimitPeriod>().notNull(),
    timeZone: text("time_zone").notNull(),
    /** 1 is Monday. */
    weekStart: smallint("week_start").notNull().default(1),
    /** Requests that do not fit are refused; else they are only told of. */
    hard: boolean("hard").notNull(),
    /** Percentages at which its owner is told. */
    thresholds: integer("thresholds").array().notNull().default(sql`'{50,80,100}'`),
    /** Millionths of a US dollar for a million tokens, of models without a known price. */
    fallbackInput: bigint("fallback_input", { mode: "number" }),
    fallbackOutput: bigint("fallback_output", { mode: "number" }),
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("limits_one_of_a_kind").on(
      table.ownerKind,
      table.ownerId,
      table.scopeKind,
      table.scopeId,
      table.measure,
      table.period,
    ),
  ],
);
