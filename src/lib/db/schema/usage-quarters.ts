import { index, pgTable, unique } from "drizzle-orm/pg-core";
import { usageSums } from "./usage-sums";

/** Usage by quarter of an hour. With `usage_tail` it sums up to `usage_events`, at any moment (ADR 0039). */
export const usageQuartersTable = pgTable("usage_quarters", usageSums(), (table) => [
  unique("usage_quarters_once")
    .on(
      table.ownerKind,
      table.ownerId,
      table.startsAt,
      table.userId,
      table.keyId,
      table.provider,
      table.model,
      table.projectId,
      table.purpose,
    )
    .nullsNotDistinct(),
  index("usage_quarters_user_id_starts_at_idx").on(table.userId, table.startsAt),
]);
