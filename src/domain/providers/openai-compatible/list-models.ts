import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tidyModels } from "../wire/listed-models";
import { readModelList } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";

const sizeSchema = z.number().int().positive().nullish().catch(null);

/**
 * OpenAI's format plus server extensions: `max_model_len` from vLLM, `context_length` and
 * `max_context_length` from gateways and LM Studio.
 */
const fieldsSchema = z.object({
  name: z.string().nullish().catch(null),
  max_model_len: sizeSchema,
  context_length: sizeSchema,
  max_context_length: sizeSchema,
});

/** `GET /models` below the endpoint's address. Prices are unknown: they are up to the endpoint's owner. */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const { entries } = await readModelList(await fetch(`${baseUrl}/models`), classifyRefusal);
  return tidyModels(
    entries.map(({ id, fields }) => {
      const { name, max_model_len, context_length, max_context_length } = fieldsSchema.parse(fields);
      return {
        id,
        name: name ?? null,
        contextTokens: max_model_len ?? context_length ?? max_context_length ?? null,
        price: null,
        canCallTools: null,
      };
    }),
  );
}
