import { z } from "zod";

/**
 * Id of a provider, such as "anthropic". The registry (domain/providers/registry.ts) defines which ones
 * exist: only the form is checked here, so that a provider is added in one place.
 */
export const providerIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,31}$/, "This is not the name of a provider.");
export type ProviderId = z.infer<typeof providerIdSchema>;

/** Facts shown about a provider, as returned by `GET /api/v1/ai-providers`. */
export const providerFactsSchema = z.object({
  id: providerIdSchema,
  /** "Anthropic" */
  name: z.string(),
  /**
   * The provider's pages for creating and revoking keys, buying credit, and viewing usage. Null for a custom
   * endpoint.
   */
  consoleUrl: z.url().nullable(),
  billingUrl: z.url().nullable(),
  usageUrl: z.url().nullable(),
  /** How its keys begin, as the placeholder of the empty field: "sk-ant-..." */
  keyPlaceholder: z.string(),
  /** Regular expression that matches only this provider's keys; null if they have no distinct form. */
  keyForm: z.string().nullable(),
  /** Other secrets of this provider that people paste by mistake, each with a sentence that explains it. */
  otherSecrets: z.array(z.object({ form: z.string(), sentence: z.string() })),
  /** Whether a key needs the address of its endpoint. */
  needsAddress: z.boolean(),
  /** Whether an account can be connected by signing in at the provider instead of pasting a key. */
  canConnect: z.boolean(),
});
export type ProviderFacts = z.infer<typeof providerFactsSchema>;

export const providersResponseSchema = z.object({ providers: z.array(providerFactsSchema) });
export type ProvidersResponse = z.infer<typeof providersResponseSchema>;
