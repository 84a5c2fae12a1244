import { z } from "zod";
import { keyProviderSchema, modelIdSchema } from "./model-selection";
import { providerIdSchema } from "./provider";

/**
 * Prices in micro-dollars (millionths of a US dollar) per million tokens; null if there is no separate price.
 */
export const modelPriceSchema = z.object({
  input: z.int().min(0),
  output: z.int().min(0),
  /** Tokens read from the provider's cache, and written to it. */
  cachedInput: z.int().min(0).nullable(),
  cacheWrite: z.int().min(0).nullable(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;

/** A model that can be chosen. */
export const pickableModelSchema = z.object({
  id: modelIdSchema,
  name: z.string(),
  /** Size of the context window in tokens; null if unknown. */
  contextTokens: z.int().min(1).nullable(),
  /** Null if unknown, never zero. */
  price: modelPriceSchema.nullable(),
  /** One sentence to help choosing; null if there is none. */
  description: z.string().nullable(),
  /** Why it cannot be chosen with this key and what to do; null if it can. */
  reason: z.string().nullable(),
});
export type PickableModel = z.infer<typeof pickableModelSchema>;

/** The models of one key source: the platform's key of a provider, or one key of the person. */
export const modelGroupSchema = z.object({
  keyProvider: keyProviderSchema,
  aiProvider: providerIdSchema,
  providerName: z.string(),
  /** The personal key; null for the platform's. */
  keyId: z.string().nullable(),
  keyLabel: z.string().nullable(),
  last4: z.string().nullable(),
  /** Address of a custom endpoint; absent for a provider's own. */
  baseUrl: z.string().optional(),
  isDefaultKey: z.boolean(),
  /** Why nothing in this group can be chosen and what to do; null if something can. */
  reason: z.string().nullable(),
  /** `catalog`: known without asking the provider. `live`: as the provider listed it for this key. */
  source: z.enum(["catalog", "live"]),
  /** Set if the live list was requested and failed; the models are then the catalogue's. */
  listProblem: z.string().nullable(),
  models: z.array(pickableModelSchema),
});
export type ModelGroup = z.infer<typeof modelGroupSchema>;

/** Response of `GET /api/v1/models` (from the catalogue, immediate). */
export const modelGroupsResponseSchema = z.object({ groups: z.array(modelGroupSchema) });
export type ModelGroupsResponse = z.infer<typeof modelGroupsResponseSchema>;
/** Response of `GET /api/v1/user/ai-keys/<id>/models` (requested with the key). */
export const modelGroupResponseSchema = z.object({ group: modelGroupSchema });
export type ModelGroupResponse = z.infer<typeof modelGroupResponseSchema>;
