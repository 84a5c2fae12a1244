import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { MAX_LISTED_MODELS, tidyModels } from "../wire/listed-models";
import { type ModelEntry } from "../wire/model-entries";
import { listIfReadable, readModelList } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";

const pageSchema = z.object({
  has_more: z.boolean().nullish().catch(null),
  last_id: z.string().nullish().catch(null),
});
const fieldsSchema = z.object({
  display_name: z.string().nullish().catch(null),
  max_input_tokens: z.number().int().positive().nullish().catch(null),
  lifecycle: z.string().nullish().catch(null),
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
    const { entries, body } = await readPage(connection, `limit=${PAGE_SIZE}${after}`);
    models.push(...entries.flatMap(toListedModel));
    const { has_more, last_id } = pageSchema.safeParse(body).data ?? {};
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
  const listed = await listIfReadable(readPage(connection, "limit=1"));
  const body = { model: SMALL_MODEL, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] };
  await tryShortMessage(connection, classifyRefusal, {
    path: "messages",
    body,
    headers: VERSION_HEADER,
    mustAnswer: listed === null,
  });
}

async function readPage({ baseUrl, fetch }: ProviderConnection, query: string) {
  const response = await fetch(`${baseUrl}/models?${query}`, { headers: VERSION_HEADER });
  return readModelList(response, classifyRefusal);
}

function toListedModel({ id, fields }: ModelEntry): ListedModel[] {
  const { display_name, max_input_tokens, lifecycle } = fieldsSchema.parse(fields);
  if (lifecycle === "retired") return [];
  const contextTokens = max_input_tokens ?? null;
  return [{ id, name: display_name ?? null, contextTokens, price: null, canCallTools: null }];
}
