import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { MAX_LISTED_MODELS, tidyModels } from "../wire/listed-models";
import { readJsonAnswer } from "../wire/read-json-answer";

const pageSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      display_name: z.string().nullish(),
      max_input_tokens: z.number().int().positive().nullish().catch(null),
      lifecycle: z.string().nullish(),
    }),
  ),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});

const VERSION_HEADER = { "anthropic-version": "2023-06-01" };
const SMALL_MODEL = "claude-haiku-4-5";

/** Maximum page size. */
const PAGE_SIZE = 1000;

/** `GET /v1/models`, page by page: https://docs.anthropic.com/en/api/models-list */
export async function listModels(connection: ProviderConnection): Promise<ListedModel[]> {
  const models: ListedModel[] = [];
  let after = "";
  // Stops even if a server says "more" forever.
  for (let page = 0; page < MAX_LISTED_MODELS / PAGE_SIZE; page += 1) {
    const { data, has_more, last_id } = await readPage(connection, `limit=${PAGE_SIZE}${after}`);
    models.push(...data.filter(({ lifecycle }) => lifecycle !== "retired").map(toListedModel));
    if (has_more !== true || !last_id) break;
    after = `&after_id=${encodeURIComponent(last_id)}`;
  }
  return tidyModels(models);
}

/**
 * The list is free and needs a key, but it is answered without credit too:
 * https://docs.anthropic.com/en/api/errors
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  await readPage(connection, "limit=1");
  const body = { model: SMALL_MODEL, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] };
  await tryShortMessage(connection, "messages", body, VERSION_HEADER);
}

async function readPage({ baseUrl, fetch }: ProviderConnection, query: string) {
  const response = await fetch(`${baseUrl}/models?${query}`, {
    headers: VERSION_HEADER,
  });
  return readJsonAnswer(response, pageSchema);
}

function toListedModel(model: z.infer<typeof pageSchema>["data"][number]): ListedModel {
  return {
    id: model.id,
    name: model.display_name ?? null,
    contextTokens: model.max_input_tokens ?? null,
    price: null,
    canCallTools: null,
  };
}
