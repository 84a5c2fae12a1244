import "server-only";
import { sql } from "drizzle-orm";
import { INSTALLATION, type Owner } from "@/contracts/owner";
import { database } from "@/lib/db/client";
import { operatorKeyLast4 } from "@/lib/provider-variables";
import { PLATFORM, SELF_REPORTING } from "./source";

/**
 * Makes rows for the keys that may ask about themselves and were used in the last month. Rows of admin keys
 * come and go with those. Rows of keys that are gone, or switched off, go.
 *
 * @param owner only for this owner; for all without
 */
export async function ensureSources(owner?: Owner): Promise<void> {
  const db = await database();
  const mine = owner ? sql`owner_kind = ${owner.kind} and owner_id = ${owner.id}` : sql`true`;
  const hasPlatformKey = operatorKeyLast4(SELF_REPORTING) !== null;
  const wanted = sql`
    select 'person' as owner_kind, k.user_id as owner_id, k.id::text as key_ref from user_ai_api_keys k
      where k.provider = ${SELF_REPORTING} and k.previous_of is null and k.disabled_at is null
        and exists (select 1 from usage_events u where u.key_id = k.id and u.at > now() - interval '31 days')
    union all
    select ${INSTALLATION.kind}, ${INSTALLATION.id}, ${PLATFORM} where ${hasPlatformKey}::boolean
      and exists (select 1 from usage_events u where u.owner_kind = ${INSTALLATION.kind}
        and u.owner_id = ${INSTALLATION.id} and u.provider = ${SELF_REPORTING} and u.at > now() - interval '31 days')`;
  await db.execute(sql`insert into reconciliation_sources (owner_kind, owner_id, provider, key_ref)
    select owner_kind, owner_id, ${SELF_REPORTING}, key_ref from (${wanted}) w where ${mine}
    on conflict do nothing`);
  await db.execute(sql`delete from reconciliation_sources s where s.provider = ${SELF_REPORTING} and ${mine}
    and not exists (select 1 from (${wanted}) w where w.owner_kind = s.owner_kind
      and w.owner_id = s.owner_id and w.key_ref = s.key_ref)`);
}
