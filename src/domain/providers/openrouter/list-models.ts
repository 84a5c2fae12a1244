import { z } from "zod";
import type { ModelPrice } from "@/contracts/models";
import { ProviderFailure } from "../failures/provider-failure";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tidyModels } from "../wire/listed-models";
import { readModelList } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";

/**
 * US dollars per token, as text or a number: "0.000001"; "0" is free. Negative if the price depends on a
 * router's choice. An empty text and null say nothing.
 */
const dollarsSchema = z
  .union([z.number(), z.string().regex(/^\s*-?\d+(\.\d+)?(e-?\d{1,3})?\s*$/i)])
  .transform(Number)
  .nullish()
  .catch(null);

const fieldsSchema = z.object({
  name: z.string().nullish().catch(null),
  context_length: z.number().nullish().catch(null),
  supported_parameters: z.array(z.unknown()).nullish().catch(null),
  pricing: z
    .object({
      prompt: dollarsSchema,
      completion: dollarsSchema,
      input_cache_read: dollarsSchema,
      input_cache_write: dollarsSchema,
    })
    .nullish()
    .catch(null),
});

type Pricing = NonNullable<z.infer<typeof fieldsSchema>["pricing"]>;

/** More than a cent for one token: no model costs that, so it is a mistake of the list. */
const ABSURD_DOLLARS = 0.01;

/**
 * The models the account's settings allow (`GET /models/user`), otherwise all (`GET /models`):
 * https://openrouter.ai/docs/api/api-reference/models/list-models-user
 */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const response = await fetch(`${baseUrl}/models/user`).catch((error: unknown) => {
    if (!isNotForThisKey(error)) throw error;
    return fetch(`${baseUrl}/models`);
  });
  const { entries } = await readModelList(response, classifyRefusal);
  return tidyModels(
    entries.map(({ id, fields }) => {
      const model = fieldsSchema.parse(fields);
      return {
        id,
        name: model.name ?? null,
        contextTokens: positiveInteger(model.context_length),
        price: model.pricing ? priceOf(model.pricing) : null,
        canCallTools: model.supported_parameters?.includes("tools") ?? null,
      };
    }),
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
  return dollars === null || dollars === undefined || !(dollars >= 0 && dollars <= ABSURD_DOLLARS)
    ? null
    : Math.round(dollars * 1e12);
}

function positiveInteger(value: number | null | undefined): number | null {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : null;
}
