import { type SQL, sql } from "drizzle-orm";
import type { UsageGrouping } from "@/contracts/usage-report";

/** The id of a row's group: what a filter of the same name takes. */
export const GROUP_COLUMN: Readonly<Record<UsageGrouping, SQL>> = {
  key: sql`case when owner_kind = 'installation' then 'platform' else coalesce(key_id::text, 'earlier') end`,
  model: sql`provider || '/' || model`,
  person: sql`user_id`,
  project: sql`coalesce(project_id::text, 'none')`,
  payer: sql`case when owner_kind = 'installation' then 'platform' else owner_kind end`,
  provider: sql`provider`,
  purpose: sql`purpose`,
};
