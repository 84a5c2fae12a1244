import { z } from "zod";

/** Whose key pays for a message. The wire name is `keyProvider`. */
export const KEY_PROVIDERS = ["platform", "personal"] as const;
export const keyProviderSchema = z.enum(KEY_PROVIDERS);
export type KeyProvider = z.infer<typeof keyProviderSchema>;

/** Models this release can route to. Facts about each one live in `domain/model-catalog`. */
export const MODEL_IDS = ["claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5"] as const;
export const modelIdSchema = z.enum(MODEL_IDS);
export type ModelId = z.infer<typeof modelIdSchema>;

/** What a browser tab has chosen: whose key pays and which model answers. Carries no secret. */
export const modelSelectionSchema = z.object({ provider: keyProviderSchema, model: modelIdSchema });
export type ModelSelection = z.infer<typeof modelSelectionSchema>;

export const DEFAULT_MODEL_SELECTION: ModelSelection = { provider: "platform", model: "claude-haiku-4-5" };

/** One line of the "Model Selection" tab, as `GET /api/v1/model-options` answers it. */
export const modelOptionSchema = z.object({
  provider: keyProviderSchema,
  model: modelIdSchema,
  /** Short name without the payer, for example "Haiku". */
  name: z.string(),
  /** The accessible name of the option, for example "Haiku (platform key)". */
  label: z.string(),
  /** One sentence that helps to choose. */
  description: z.string(),
  available: z.boolean(),
  /** Why the option cannot be chosen and what to do; null when it can. */
  reason: z.string().nullable(),
});
export type ModelOption = z.infer<typeof modelOptionSchema>;

export const modelOptionsResponseSchema = z.object({ options: z.array(modelOptionSchema) });
export type ModelOptionsResponse = z.infer<typeof modelOptionsResponseSchema>;
