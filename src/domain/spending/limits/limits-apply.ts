import "server-only";
import { INSTALLATION, type Owner } from "@/contracts/owner";
import { runStatement } from "@/lib/db/run-statement";

/**
 * A condition for a statement: whether hard limits count for a request of this person. Part of the statement
 * that reads the key, so that whoever has no limit pays nothing for them.
 *
 * @param user expression for who asks
 * @param isPersonal expression for whether the person's own key pays; else the platform's
 * @param keyId expression for the id of the key, or null
 */
export function hardLimitsApply(user: string, isPersonal: string, keyId: string): string {
  return `exists (select 1 from limits_of_request(${user},
    case when ${isPersonal} then 'person' else '${INSTALLATION.kind}' end,
    case when ${isPersonal} then ${user} else '${INSTALLATION.id}' end, ${keyId}) l where l.hard and l.is_enforced)`;
}

/** The same, alone. */
export async function doHardLimitsApply(
  userId: string,
  owner: Owner,
  keyId: string | null,
): Promise<boolean> {
  const [row] = await runStatement<{ apply: boolean }>(
    "select exists (select 1 from limits_of_request($1, $2, $3, $4::uuid) l where l.hard and l.is_enforced) as apply",
    [userId, owner.kind, owner.id, keyId],
  );
  return row?.apply ?? false;
}
