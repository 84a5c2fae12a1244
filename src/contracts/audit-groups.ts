/**
 * What an action is about, by the noun its name begins with. `uses`: a key was opened, once for each request
 * to a provider, so that nearly all records are of this group. `operation` takes each noun without a group.
 */
export const AUDIT_GROUP_NOUNS = {
  keys: ["ai_key", "admin_key", "value"],
  uses: [],
  sign_in: ["session", "sign_in", "password", "reset_link"],
  account: ["account", "person", "invitation"],
  projects: ["project", "project_secret"],
  limits: ["limit", "limit_request", "notification", "webhook", "mail"],
  operation: [],
} as const satisfies Record<string, readonly string[]>;

export type AuditGroup = keyof typeof AUDIT_GROUP_NOUNS;
export const AUDIT_GROUPS = Object.keys(AUDIT_GROUP_NOUNS) as [AuditGroup, ...AuditGroup[]];

export const USE_ACTION = "value.opened";
