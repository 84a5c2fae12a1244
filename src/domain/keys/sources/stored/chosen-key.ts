import "server-only";

/** An expression: whether row `k` is past its date. By the database's clock, which all servers share. */
export const IS_EXPIRED = "coalesce(k.expires_at <= now(), false)";

/** An expression: why row `k` is paused (KeyPause); null if it is not. */
export const PAUSE = `case when k.paused_at is not null then coalesce(k.pause, '{"reason": "owner"}'::jsonb) end`;

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
