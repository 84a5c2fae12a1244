import { z } from "zod";
import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { tidyModels } from "../wire/listed-models";
import { readJsonAnswer } from "../wire/read-json-answer";

const pageSchema = z.object({
  models: z.array(
    z.object({
      /** "models/gemini-3.5-flash" */
      name: z.string(),
      displayName: z.string().nullish(),
      inputTokenLimit: z.number().int().positive().nullish().catch(null),
      supportedGenerationMethods: z.array(z.string()).nullish(),
    }),
  ),
  nextPageToken: z.string().nullish(),
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
    const listed = await readPage(connection, PAGE, pageToken);
    models.push(
      ...listed.models.filter(isForChat).map(({ name, displayName, inputTokenLimit }) => ({
        id: name.replace(/^models\//, ""),
        name: displayName ?? null,
        contextTokens: inputTokenLimit ?? null,
        price: null,
        canCallTools: null,
      })),
    );
    pageToken = listed.nextPageToken;
    if (!pageToken) break;
  }
  return tidyModels(models);
}

/** Listing is free and requires a key, but no credit. */
export async function testKey(connection: ProviderConnection): Promise<void> {
  await readPage(connection, 1);
  await tryShortMessage(connection, `models/${SMALL_MODEL}:generateContent`, {
    contents: [{ role: "user", parts: [{ text: "Hi" }] }],
    generationConfig: { maxOutputTokens: 1 },
  });
}

async function readPage({ baseUrl, fetch }: ProviderConnection, size: number, pageToken?: string | null) {
  const query = new URLSearchParams({ pageSize: String(size), ...(pageToken ? { pageToken } : {}) });
  return await readJsonAnswer(await fetch(`${baseUrl}/models?${query}`), pageSchema);
}

function isForChat({
  name,
  supportedGenerationMethods,
}: z.infer<typeof pageSchema>["models"][number]): boolean {
  return (supportedGenerationMethods?.includes("generateContent") ?? true) && !NOT_FOR_CHAT.test(name);
}
