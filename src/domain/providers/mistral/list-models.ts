import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tidyModels } from "../wire/listed-models";
import { readModelList } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";

const flagSchema = z.boolean().nullish().catch(null);
const fieldsSchema = z.object({
  max_context_length: z.number().int().positive().nullish().catch(null),
  capabilities: z.object({ completion_chat: flagSchema, function_calling: flagSchema }).nullish().catch(null),
});

/** `GET /v1/models`: https://docs.mistral.ai/api/endpoint/models. Its `name` is just another id. */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const { entries } = await readModelList(await fetch(`${baseUrl}/models`), classifyRefusal);
  return tidyModels(
    entries.flatMap(({ id, fields }) => {
      const { max_context_length, capabilities } = fieldsSchema.parse(fields);
      if (capabilities?.completion_chat === false) return [];
      return {
        id,
        name: null,
        contextTokens: max_context_length ?? null,
        price: null,
        canCallTools: capabilities?.function_calling ?? null,
      };
    }),
  );
}
