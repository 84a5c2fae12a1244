import type { ChatErrorAction } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";

const ACTION_BY_CODE: Partial<Record<ErrorCode, ChatErrorAction>> = {
  unauthorized: "sign_in",

  personal_key_missing: "open_api_keys",
  personal_key_unreadable: "open_api_keys",
  personal_key_disabled: "open_api_keys",
  session_key_gone: "open_api_keys",
  endpoint_refused: "open_api_keys",
  key_not_accepted: "open_api_keys",
  connection_failed: "open_api_keys",
  provider_key_invalid: "open_api_keys",
  provider_key_forbidden: "open_api_keys",

  unknown_provider: "open_model_selection",
  unknown_model: "open_model_selection",
  unknown_key_provider: "open_model_selection",
  model_not_offered: "open_model_selection",
  platform_key_not_configured: "open_model_selection",
  provider_credit_exhausted: "switch_key",
  provider_model_unavailable: "switch_model",

  provider_context_too_long: "edit_message",
  provider_content_refused: "edit_message",
  request_too_large: "new_thread",
  conversation_too_large: "new_thread",
  invalid_messages: "new_thread",

  rate_limited: "retry",
  internal_error: "retry",
  unavailable: "retry",
  key_store_unavailable: "retry",
  provider_rate_limited: "retry",
  provider_overloaded: "retry",
  provider_error: "retry",
  provider_timeout: "retry",
  provider_unreachable: "retry",
  provider_bad_response: "retry",
  stream_interrupted: "retry",
};

/**
 * The next click for a request that failed before its stream began. Inside a stream the server says it itself.
 *
 * @returns null when no click here helps, for example because the project is gone
 */
export function chatErrorAction(code: ErrorCode): ChatErrorAction | null {
  return ACTION_BY_CODE[code] ?? null;
}
