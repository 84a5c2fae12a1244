import { z } from "zod";
import { MODEL_ID_FORM } from "./limits";
import { KEY_PROVIDERS, PAYERS } from "./payer";
import { providerIdSchema } from "./provider";

export const keyProviderSchema = z.enum(KEY_PROVIDERS);

/**
 * A provider's model id. Providers add models every week and a custom endpoint may use any name, so this
 * checks only the form; domain/keys/find-paying-key decides whether a payer may use a model.
 */
export const modelIdSchema = z.string().regex(MODEL_ID_FORM, "This is not the name of a model.");
export type ModelId = z.infer<typeof modelIdSchema>;

/** What a message chooses: who pays and which model answers. Contains no secret. */
export const modelSelectionSchema = z.object({
  payer: z.enum(PAYERS),
  provider: providerIdSchema,
  model: modelIdSchema,
  /**
   * Which of the person's keys pays; absent for the platform's key, and for the person's default key of this
   * provider.
   */
  keyId: z.uuid().optional(),
});
export type ModelSelection = z.infer<typeof modelSelectionSchema>;

/** Body of `PUT /api/v1/user/default-selection`. */
export const defaultSelectionRequestSchema = z.strictObject(modelSelectionSchema.shape);

/** What a browser tab starts with: response of `GET /api/v1/user/default-selection`. */
export const firstSelectionResponseSchema = z.object({
  selection: modelSelectionSchema,
  /** Whether the person chose it as their default; otherwise it is the first one that can pay. */
  isRemembered: z.boolean(),
});
export type FirstSelection = z.infer<typeof firstSelectionResponseSchema>;
