import { z } from "zod";
import type { ModelPrice } from "@/contracts/models";
import { ProviderFailure } from "../failures/provider-failure";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tidyModels } from "../wire/listed-models";
import { readJsonAnswer } from "../wire/read-json-answer";

/** US dollars per token, as text: "0.000001". Negative if the price depends on a router's choice. */
const dollarsSchema = z.coerce.number();

const listSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullish(),
      context_length: z.number().nullish(),
      supported_parameters: z.array(z.string()).nullish(),
      pricing: z
        .object({
          prompt: dollarsSchema,
          completion: dollarsSchema,
          input_cache_read: dollarsSchema.nullish(),
          input_cache_write: dollarsSchema.nullish(),
        })
        .nullish()
        .catch(null),
    }),
  ),
});

type Pricing = NonNullable<z.infer<typeof listSchema>["data"][number]["pricing"]>;

/**
 * The models the account's settings allow (`GET /models/user`), otherwise all (`GET /models`):
 * https://openrouter.ai/docs/api/api-reference/models/list-models-user
 */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const response = await fetch(`${baseUrl}/models/user`).catch((error: unknown) => {
    if (!isNotForThisKey(error)) throw error;
    return fetch(`${baseUrl}/models`);
  });
  const { data } = await readJsonAnswer(response, listSchema);
  return tidyModels(
    data.map((model) => ({
      id: model.id,
      name: model.name ?? null,
      contextTokens: positiveInteger(model.context_length),
      price: model.pricing ? priceOf(model.pricing) : null,
      canCallTools: model.supported_parameters?.includes("tools") ?? null,
    })),
  );
}

function isNotForThisKey(error: unknown): boolean {
  return (
    error instanceof ProviderFailure &&
    (error.code === "provider_model_unavailable" || error.code === "provider_key_forbidden")
  );
}

function priceOf(pricing: Pricing): ModelPrice | null {
  const input = microUsdForMillion(pricing.prompt);
  const output = microUsdForMillion(pricing.completion);
  if (input === null || output === null) return null;
  return {
    input,
    output,
    cachedInput: microUsdForMillion(pricing.input_cache_read),
    cacheWrite: microUsdForMillion(pricing.input_cache_write),
  };
}

/** A dollar is a million micro-dollars, and the price is per million tokens. */
function microUsdForMillion(dollars: number | null | undefined): number | null {
  return dollars === null || dollars === undefined || !(dollars >= 0)
    ? null
    : positiveOrZero(Math.round(dollars * 1e12));
}

function positiveOrZero(value: number): number | null {
  return Number.isSafeInteger(value) ? value : null;
}

function positiveInteger(value: number | null | undefined): number | null {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : null;
}
