import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tidyModels } from "../wire/listed-models";
import { readJsonAnswer } from "../wire/read-json-answer";

const sizeSchema = z.number().int().positive().nullish().catch(null);

/**
 * OpenAI's format plus server extensions: `max_model_len` from vLLM, `context_length` and
 * `max_context_length` from gateways and LM Studio.
 */
const modelSchema = z.object({
  id: z.string(),
  name: z.string().nullish().catch(null),
  max_model_len: sizeSchema,
  context_length: sizeSchema,
  max_context_length: sizeSchema,
});
const listSchema = z.union([
  z.object({ data: z.array(modelSchema).nullable() }).transform(({ data }) => data ?? []),
  z.array(modelSchema),
]);

/** `GET /models` below the endpoint's address. Prices are unknown: they are up to the endpoint's owner. */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const models = await readJsonAnswer(await fetch(`${baseUrl}/models`), listSchema);
  return tidyModels(
    models.map((model) => ({
      id: model.id,
      name: model.name ?? null,
      contextTokens: model.max_model_len ?? model.context_length ?? model.max_context_length ?? null,
      price: null,
      canCallTools: null,
    })),
  );
}
