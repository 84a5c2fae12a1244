import { z } from "zod";

/**
 * Id of a provider, such as "anthropic". Which ones exist is the registry's matter (domain/providers/registry.ts): here only the
 * form is checked, so that a provider is added in one place.
 */
export const providerIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,31}$/, "This is not the name of a provider.");
export type ProviderId = z.infer<typeof providerIdSchema>;

/** What people are told about a provider, as `GET /api/v1/ai-providers` answers it. */
export const providerFactsSchema = z.object({
  id: providerIdSchema,
  /** "Anthropic" */
  name: z.string(),
  /** Pages of the provider: where keys are made and revoked, where credit is bought, where spending shows. Null for an endpoint of one's own. */
  consoleUrl: z.url().nullable(),
  billingUrl: z.url().nullable(),
  usageUrl: z.url().nullable(),
  /** How its keys begin, for the empty field: "sk-ant-..." */
  keyPlaceholder: z.string(),
  /** Form of a key that is this provider's and nobody else's, as a regular expression; null where keys have none of their own. */
  keyForm: z.string().nullable(),
  /** Other secrets of this provider that people paste by mistake, and the sentence that says so. */
  otherSecrets: z.array(z.object({ form: z.string(), sentence: z.string() })),
  /** Whether a key comes with the address of its endpoint. */
  needsAddress: z.boolean(),
  /** Whether an account can be connected by signing in at the provider instead of pasting a key. */
  canConnect: z.boolean(),
});
export type ProviderFacts = z.infer<typeof providerFactsSchema>;

export const providersResponseSchema = z.object({ providers: z.array(providerFactsSchema) });
export type ProvidersResponse = z.infer<typeof providersResponseSchema>;
