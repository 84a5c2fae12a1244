import "server-only";

/**
 * A condition for a statement: row `k` is the chosen key, among those of one person. Another person's key is
 * treated as missing.
 *
 * @param user places of parameters or columns: the actor's, then those of the choice, null where it is open
 */
export function isChosenKey(user: string, provider: string, keyId: string): string {
  return `k.user_id = ${user} and (${provider}::text is null or k.provider = ${provider}::text)
    and case when ${keyId}::uuid is null then k.is_default else k.id = ${keyId}::uuid end and k.previous_of is null`;
}
