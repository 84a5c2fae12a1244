import { index, pgTable, smallint, unique } from "drizzle-orm/pg-core";
import { summedColumns } from "./summed-columns";

/**
 * Usage by quarter of an hour, hour and day of UTC: each span alone sums up, with `usage_tail`, to
 * `usage_events`, at any moment (ADR 0039).
 */
export const usageSumsTable = pgTable(
  "usage_sums",
  {
    /** How long its span is: 15, 60 or 1440. */
    minutes: smallint("minutes").notNull(),
    ...summedColumns(),
  },
  (table) => [
    unique("usage_sums_once")
      .on(
        table.ownerKind,
        table.ownerId,
        table.minutes,
        table.startsAt,
        table.userId,
        table.keyId,
        table.provider,
        table.model,
        table.projectId,
        table.purpose,
      )
      .nullsNotDistinct(),
    index("usage_sums_user_id_starts_at_idx").on(table.userId, table.minutes, table.startsAt),
  ],
);
