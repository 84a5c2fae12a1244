import { pgTable } from "drizzle-orm/pg-core";
import { summedColumns } from "./summed-columns";

/**
 * What has changed in `usage_events` since it was last moved into `usage_sums`: triggers add a row for
 * each statement and group, negative for what is gone.
 */
export const usageTailTable = pgTable("usage_tail", summedColumns());
