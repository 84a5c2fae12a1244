import { z } from "zod";
import { MODEL_ID_FORM } from "./limits";
import { KEY_PROVIDERS, PAYERS } from "./payer";
import { providerIdSchema } from "./provider";

export const keyProviderSchema = z.enum(KEY_PROVIDERS);

/**
 * A model as its provider names it. Providers add models every week and a custom endpoint may name them in any way, so this checks
 * the form alone; whether a payer may pay for one is for domain/keys/find-paying-key to say.
 */
export const modelIdSchema = z.string().regex(MODEL_ID_FORM, "This is not the name of a model.");
export type ModelId = z.infer<typeof modelIdSchema>;

/** What a message chooses: who pays and which model answers. Carries no secret. */
export const modelSelectionSchema = z.object({
  payer: z.enum(PAYERS),
  provider: providerIdSchema,
  model: modelIdSchema,
  /** Which of the person's keys pays; absent for the platform's, and for "my default key of this provider". */
  keyId: z.uuid().optional(),
});
export type ModelSelection = z.infer<typeof modelSelectionSchema>;
