import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tidyModels } from "../wire/listed-models";
import { readJsonAnswer } from "../wire/read-json-answer";

const listSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      max_context_length: z.number().int().positive().nullish().catch(null),
      capabilities: z.object({
        completion_chat: z.boolean().optional(),
        function_calling: z.boolean().optional(),
      }),
    }),
  ),
});

/** `GET /v1/models`: https://docs.mistral.ai/api/endpoint/models. Its `name` is just another id. */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const { data } = await readJsonAnswer(await fetch(`${baseUrl}/models`), listSchema);
  return tidyModels(
    data
      .filter(({ capabilities }) => capabilities.completion_chat !== false)
      .map(({ id, max_context_length, capabilities }) => ({
        id,
        name: null,
        contextTokens: max_context_length ?? null,
        price: null,
        canCallTools: capabilities.function_calling ?? null,
      })),
  );
}
