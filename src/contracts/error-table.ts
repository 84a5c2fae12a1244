/** What a person may do next about an error. */
export const ERROR_ACTIONS = [
  "open_api_keys",
  "open_model_selection",
  "retry",
  "sign_in",
  "new_thread",
  "open_billing",
  "switch_key",
  "switch_model",
  "edit_message",
  "extend_key",
  "replace_key",
  "resume_key",
  "open_console",
  "raise_limit",
  "ask_for_more",
] as const;
export type ErrorAction = (typeof ERROR_ACTIONS)[number];

interface ErrorRow {
  /** HTTP status. */
  status: number;
  /** Actions that may help, most likely first; empty if none does. */
  actions: readonly ErrorAction[];
}

/**
 * All of this application's own errors. Codes are stable: add, never rename. The actions for a provider
 * failure depend on who pays: see domain/providers/failures/failure-table.ts. Without zod, because the
 * browser uses it for errors that no server could describe.
 */
export const ERROR_TABLE = {
  // The request itself
  invalid_request: { status: 400, actions: [] },
  invalid_json: { status: 400, actions: [] },
  unsupported_content_type: { status: 415, actions: [] },
  request_too_large: { status: 413, actions: [] },
  unauthorized: { status: 401, actions: ["sign_in"] },
  account_altered: { status: 403, actions: [] },
  account_suspended: { status: 403, actions: [] },
  sign_up_closed: { status: 403, actions: ["sign_in"] },
  invitation_required: { status: 403, actions: ["sign_in"] },
  link_invalid: { status: 403, actions: [] },
  password_guessable: { status: 400, actions: [] },
  forbidden_origin: { status: 403, actions: [] },
  not_found: { status: 404, actions: [] },
  method_not_allowed: { status: 405, actions: [] },
  conflict: { status: 409, actions: [] },
  limit_reached: { status: 400, actions: [] },
  rate_limited: { status: 429, actions: ["retry"] },
  too_many_runs: { status: 429, actions: ["retry"] },
  thread_busy: { status: 409, actions: [] },
  internal_error: { status: 500, actions: ["retry"] },
  unavailable: { status: 503, actions: ["retry"] },
  storage_full: { status: 507, actions: ["retry"] },
  // Choosing a model and a key
  unknown_provider: { status: 400, actions: ["open_model_selection"] },
  unknown_model: { status: 400, actions: ["open_model_selection"] },
  unknown_key_provider: { status: 400, actions: ["open_model_selection"] },
  model_not_offered: { status: 400, actions: ["open_model_selection"] },
  invalid_messages: { status: 400, actions: ["new_thread"] },
  conversation_too_large: { status: 413, actions: ["new_thread"] },
  platform_key_not_configured: { status: 400, actions: ["open_model_selection"] },
  personal_key_missing: { status: 400, actions: ["open_api_keys"] },
  personal_key_unreadable: { status: 400, actions: ["open_api_keys"] },
  personal_key_disabled: { status: 400, actions: ["open_api_keys"] },
  key_expired: { status: 400, actions: ["extend_key", "replace_key", "open_model_selection"] },
  key_paused: { status: 400, actions: ["replace_key", "open_console", "resume_key", "open_model_selection"] },
  session_key_gone: { status: 400, actions: ["open_api_keys"] },
  // Keys and custom endpoints
  endpoint_refused: { status: 400, actions: ["open_api_keys"] },
  key_not_accepted: { status: 400, actions: ["open_api_keys"] },
  connection_failed: { status: 400, actions: ["open_api_keys"] },
  // Notifications
  webhook_refused: { status: 400, actions: [] },
  // Limits of spending. Of the first two actions the browser offers the one that is this person's.
  limit_exhausted: { status: 402, actions: ["raise_limit", "ask_for_more", "open_model_selection"] },
  allowance_exhausted: { status: 402, actions: ["raise_limit", "ask_for_more", "open_model_selection"] },
  parallel_limit: { status: 429, actions: ["retry"] },
  price_unknown: { status: 400, actions: ["open_model_selection"] },
  // The vault
  key_store_unavailable: { status: 503, actions: ["retry"] },
  vault_access_denied: { status: 403, actions: [] },
} as const satisfies Record<string, ErrorRow>;

/** This application's own error codes, as opposed to a provider's. */
export type OwnErrorCode = keyof typeof ERROR_TABLE;

export function isOwnErrorCode(code: string): code is OwnErrorCode {
  return Object.hasOwn(ERROR_TABLE, code);
}
