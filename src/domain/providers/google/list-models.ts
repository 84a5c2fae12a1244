import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { tidyModels } from "../wire/listed-models";
import { type ModelEntry } from "../wire/model-entries";
import { listIfReadable, readModelList } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";

const pageSchema = z.object({ nextPageToken: z.string().nullish().catch(null) });
const fieldsSchema = z.object({
  /** "models/gemini-3.5-flash" */
  name: z.string().nullish().catch(null),
  displayName: z.string().nullish().catch(null),
  inputTokenLimit: z.number().int().positive().nullish().catch(null),
  supportedGenerationMethods: z.array(z.unknown()).nullish().catch(null),
});

const SMALL_MODEL = "gemini-3.5-flash-lite";

const PAGE = 1000;
/** Google has about a hundred models; stops if a server says "more" forever. */
const MAX_PAGES = 5;

/**
 * They produce audio or images, or control a screen, and cannot call our tools:
 * https://ai.google.dev/gemini-api/docs/models
 */
const NOT_FOR_CHAT = /-(tts|image|audio|live|embedding)\b|nano-banana|computer-use|robotics/;

/** `GET /v1beta/models`: https://ai.google.dev/api/models#method:-models.list. No prices. */
export async function listModels(connection: ProviderConnection): Promise<ListedModel[]> {
  const models: ListedModel[] = [];
  let pageToken: string | null | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { entries, body } = await readPage(connection, PAGE, pageToken);
    models.push(...entries.flatMap(toListedModel));
    pageToken = pageSchema.safeParse(body).data?.nextPageToken;
    if (!pageToken) break;
  }
  return tidyModels(models);
}

/** Listing is free and requires a key, but no credit. */
export async function testKey(connection: ProviderConnection): Promise<void> {
  const listed = await listIfReadable(readPage(connection, 1));
  await tryShortMessage(connection, classifyRefusal, {
    path: `models/${SMALL_MODEL}:generateContent`,
    body: {
      contents: [{ role: "user", parts: [{ text: "Hi" }] }],
      generationConfig: { maxOutputTokens: 1 },
    },
    mustAnswer: listed === null,
  });
}

async function readPage({ baseUrl, fetch }: ProviderConnection, size: number, pageToken?: string | null) {
  const query = new URLSearchParams({ pageSize: String(size), ...(pageToken ? { pageToken } : {}) });
  return await readModelList(await fetch(`${baseUrl}/models?${query}`), classifyRefusal);
}

function toListedModel(entry: ModelEntry): ListedModel[] {
  const fields = fieldsSchema.parse(entry.fields);
  const id = (fields.name ?? entry.id).replace(/^models\//, "");
  const answersChats = fields.supportedGenerationMethods?.includes("generateContent") ?? true;
  if (!answersChats || NOT_FOR_CHAT.test(id)) return [];
  const contextTokens = fields.inputTokenLimit ?? null;
  return [{ id, name: fields.displayName ?? null, contextTokens, price: null, canCallTools: null }];
}
