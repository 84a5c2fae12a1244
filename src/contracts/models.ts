import { z } from "zod";
import { keyProviderSchema, modelIdSchema } from "./model-selection";
import { providerIdSchema } from "./provider";

/** Prices in micro-dollars (millionths of a US dollar) for a million tokens; null where the kind has no price of its own. */
export const modelPriceSchema = z.object({
  input: z.int().min(0),
  output: z.int().min(0),
  /** Tokens read from the provider's cache, and written to it. */
  cachedInput: z.int().min(0).nullable(),
  cacheWrite: z.int().min(0).nullable(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;

/** A model somebody can choose. */
export const pickableModelSchema = z.object({
  id: modelIdSchema,
  name: z.string(),
  /** Size of the context window in tokens; null when it is not known. */
  contextTokens: z.int().min(1).nullable(),
  /** Null when it is not known; never zero for "unknown". */
  price: modelPriceSchema.nullable(),
  /** One sentence that helps to choose; null for models nobody here wrote one for. */
  description: z.string().nullable(),
  /** Why it cannot be chosen with this key and what to do; null when it can. */
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
  isDefaultKey: z.boolean(),
  /** Why nothing of this group can be chosen and what to do; null when it can. */
  reason: z.string().nullable(),
  /** `catalog`: what is known without asking. `live`: as the provider listed it for this key. */
  source: z.enum(["catalog", "live"]),
  /** Set when the live list was asked for and did not come; the models are then the catalogue's. */
  listProblem: z.string().nullable(),
  models: z.array(pickableModelSchema),
});
export type ModelGroup = z.infer<typeof modelGroupSchema>;

/** Answer of `GET /api/v1/models` (from the catalogue, at once). */
export const modelGroupsResponseSchema = z.object({ groups: z.array(modelGroupSchema) });
export type ModelGroupsResponse = z.infer<typeof modelGroupsResponseSchema>;
/** Answer of `GET /api/v1/user/ai-keys/<id>/models` (read with the key). */
export const modelGroupResponseSchema = z.object({ group: modelGroupSchema });
export type ModelGroupResponse = z.infer<typeof modelGroupResponseSchema>;
