import { z } from "zod";

/** Answer of `POST /api/v1/user/ai-connections/<provider>`: where the person's browser goes to agree. */
export const aiConnectionStartedSchema = z.object({ authorizeUrl: z.url() });
export type AiConnectionStarted = z.infer<typeof aiConnectionStartedSchema>;

/** Why an account was not connected; the settings' address carries it as `problem`. Codes are stable: add, never rename. */
export const CONNECTION_PROBLEMS = [
  /** The person said no, or the provider granted nothing. */
  "denied",
  /** More than ten minutes passed, or the answer was used before. */
  "expired",
  /** The answer belongs to a session other than the one that asked. */
  "other_session",
  /** The provider did not exchange the code for a key. */
  "exchange_refused",
  /** The provider did not answer in time, or not in its own form. */
  "provider_unreachable",
  /** The provider gave a key that could not be saved here. */
  "not_saved",
] as const;
export const connectionProblemSchema = z.enum(CONNECTION_PROBLEMS);
export type ConnectionProblem = z.infer<typeof connectionProblemSchema>;
