import { z } from "zod";

/** Every code this application answers with. Codes are stable: add, never rename. */
export const ERROR_CODES = [
  // The request itself
  "invalid_request",
  "invalid_json",
  "unsupported_content_type",
  "request_too_large",
  "unauthorized",
  "forbidden_origin",
  "not_found",
  "method_not_allowed",
  "conflict",
  "limit_reached",
  "rate_limited",
  "internal_error",
  "unavailable",
  // Choosing a model and a key
  "unknown_provider",
  "unknown_model",
  "unknown_key_provider",
  "model_not_offered",
  "invalid_messages",
  "conversation_too_large",
  "platform_key_not_configured",
  "personal_key_missing",
  "personal_key_unreadable",
  "personal_key_disabled",
  "session_key_gone",
  // Keys and endpoints of one's own
  "endpoint_refused",
  "key_not_accepted",
  "connection_failed",
  // The vault
  "key_store_unavailable",
  "vault_access_denied",
  // What the provider answered
  "provider_key_invalid",
  "provider_key_forbidden",
  "provider_credit_exhausted",
  "provider_rate_limited",
  "provider_overloaded",
  "provider_model_unavailable",
  "provider_context_too_long",
  "provider_content_refused",
  "provider_rejected_request",
  "provider_error",
  "provider_timeout",
  "provider_unreachable",
  "provider_bad_response",
  "stream_interrupted",
] as const;
export const errorCodeSchema = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** The body of every error answer: a sentence for a person, and a stable code for a program. */
export const errorResponseSchema = z.object({ error: z.string(), code: errorCodeSchema });
export type ErrorResponse = z.infer<typeof errorResponseSchema>;
