/** What there is to be told of. Stored: names stay. */
export const NOTIFICATION_KINDS = [
  /** A share of a limit is used. */
  "limit_threshold",
  /** Somebody asks for more of a limit. */
  "limit_request",
  "key_expiring",
  "key_expired",
  "key_rotation_due",
  "key_failing",
  "key_paused",
  "unusual_spending",
  /** What a provider charged differs from what we counted. */
  "reconciliation_gap",
  /** Its receiver did not answer for days. */
  "webhook_disabled",
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];
