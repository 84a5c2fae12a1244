import { z } from "zod";
import { aiProviderSchema } from "./ai-provider";

/** Longest key accepted, in characters after trimming. Real keys are below 250. */
export const API_KEY_MAX_LENGTH = 512;

/**
 * A key as a person pasted it. White space around it is dropped (a pasted newline breaks the HTTP header later).
 * Its shape is deliberately not checked: providers change prefixes, and a wall would refuse real keys.
 * Only what cannot travel in an HTTP header value is refused.
 */
export const pastedApiKeySchema = z
  .string({ error: "Paste the API key as text." })
  .max(
    API_KEY_MAX_LENGTH * 2,
    "That is too long to be an API key. Copy the key itself from the provider's console.",
  )
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .min(1, "Paste an API key before saving.")
      .min(8, "That is too short to be an API key. Copy the whole key from the provider's console.")
      .max(
        API_KEY_MAX_LENGTH,
        "That is too long to be an API key. Copy the key itself from the provider's console.",
      )
      .regex(
        /^[\x21-\x7e]+$/,
        "The key contains spaces, line breaks or characters that no provider uses. Copy it again and paste it once.",
      ),
  );

export const saveAiKeyRequestSchema = z.strictObject({
  provider: aiProviderSchema,
  apiKey: pastedApiKeySchema,
});
export type SaveAiKeyRequest = z.infer<typeof saveAiKeyRequestSchema>;

/** `ok`: sealed and readable. `needs_reentry`: the sealed value can no longer be opened and has to be pasted again. */
export const aiKeyStatusSchema = z.enum(["ok", "needs_reentry"]);
export type AiKeyStatus = z.infer<typeof aiKeyStatusSchema>;

/** A saved key as lists show it. There is no field a secret could ride in. */
export const aiKeySummarySchema = z.object({
  id: z.string(),
  provider: aiProviderSchema,
  label: z.string(),
  last4: z.string(),
  status: aiKeyStatusSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type AiKeySummary = z.infer<typeof aiKeySummarySchema>;

export const aiKeyListResponseSchema = z.object({ keys: z.array(aiKeySummarySchema) });
export type AiKeyListResponse = z.infer<typeof aiKeyListResponseSchema>;
export const aiKeyPresenceResponseSchema = z.object({ hasKey: z.boolean(), provider: aiProviderSchema });
export type AiKeyPresenceResponse = z.infer<typeof aiKeyPresenceResponseSchema>;
