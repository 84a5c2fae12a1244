import { z } from "zod";
import { aiProviderSchema } from "./ai-provider";

/** Whose key pays for a message. The wire name is `keyProvider`. */
export const KEY_PROVIDERS = ["platform", "personal"] as const;
export const keyProviderSchema = z.enum(KEY_PROVIDERS);
export type KeyProvider = z.infer<typeof keyProviderSchema>;

/**
 * A model as its provider names it. Providers add models every week and an endpoint of one's own may name them anyhow, so only the form
 * is checked here; whether a purse may pay for it is for `domain/model-access` to say.
 */
export const modelIdSchema = z.string().regex(/^[\w.:/@+~-]{1,200}$/, "This is not the name of a model.");
export type ModelId = z.infer<typeof modelIdSchema>;

/** What a browser tab has chosen: whose key pays and which model answers. Carries no secret. */
export const modelSelectionSchema = z.object({
  /** Whose key pays. The wire name is `keyProvider`. */
  provider: keyProviderSchema,
  aiProvider: aiProviderSchema,
  model: modelIdSchema,
  /** Which of the person's keys pays; absent for the platform's, and for "my default key of this provider". */
  keyId: z.uuid().optional(),
});
export type ModelSelection = z.infer<typeof modelSelectionSchema>;
