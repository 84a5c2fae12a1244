import { z } from "zod";
import { ERROR_ACTIONS, ERROR_TABLE, type OwnErrorCode } from "./error-table";
import { fitsSchema, refusedLimitSchema } from "./spending-limits";

/** How a provider can fail. Each code has a row in domain/providers/failures/failure-table.ts. */
export const PROVIDER_FAILURE_CODES = [
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

/** Every error code of this application. Codes are stable: add, never rename. */
export const errorCodeSchema = z.enum([
  ...(Object.keys(ERROR_TABLE) as OwnErrorCode[]),
  ...PROVIDER_FAILURE_CODES,
]);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

export const errorActionSchema = z.enum(ERROR_ACTIONS);

/**
 * The body of every error response: a sentence for people, a stable code for programs, and what the person
 * can do next.
 */
export const errorResponseSchema = z.object({
  error: z.string(),
  code: errorCodeSchema,
  /** The action most likely to help; absent if none does. */
  action: errorActionSchema.optional(),
  /** Other actions that may help. */
  otherActions: z.array(errorActionSchema).optional(),
  /** The address that was probably meant, of `endpoint_refused`. */
  proposedAddress: z.string().optional(),
  /** The limit that refused the request, and what would fit. */
  limit: refusedLimitSchema.optional(),
  fits: fitsSchema.optional(),
});
export type ErrorResponse = z.infer<typeof errorResponseSchema>;
