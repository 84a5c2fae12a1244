import { z } from "zod";

/**
 * Response of `POST /api/v1/user/ai-connections/<provider>`: where the browser goes for the person to grant
 * access.
 */
export const aiConnectionStartedSchema = z.object({ authorizeUrl: z.url() });
export type AiConnectionStarted = z.infer<typeof aiConnectionStartedSchema>;

/**
 * Why an account was not connected; `problem` in the settings page's URL. Codes are stable: add, never
 * rename.
 */
export const CONNECTION_PROBLEMS = [
  /** The person declined, or the provider granted nothing. */
  "denied",
  /** More than ten minutes passed, or the response was used before. */
  "expired",
  /** The response belongs to a different session. */
  "other_session",
  /** The provider did not exchange the code for a key. */
  "exchange_refused",
  /** The provider did not answer in time, or not in the expected form. */
  "provider_unreachable",
  /** The provider issued a key that could not be saved here. */
  "not_saved",
] as const;
export const connectionProblemSchema = z.enum(CONNECTION_PROBLEMS);
export type ConnectionProblem = z.infer<typeof connectionProblemSchema>;
