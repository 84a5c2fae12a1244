import type { ListedModel, ProviderConnection } from "../provider-adapter";
import { tidyModels } from "../wire/listed-models";
import { readModelList } from "../wire/read-model-list";
import { classifyRefusal } from "./classify-refusal";

/**
 * OpenAI lists all models without saying what they are for. These cannot chat, or only through the Responses
 * API, which this adapter does not use: https://platform.openai.com/docs/models
 */
const NOT_FOR_CHAT =
  /embedding|whisper|dall-e|tts|moderation|audio|realtime|transcribe|translate|image|sora|instruct|davinci|babbage|computer-use|deep-research|codex|search-|^(o1|o3|gpt-5)-pro/;

/**
 * `GET /v1/models`: https://platform.openai.com/docs/api-reference/models/list. No names, context sizes or
 * prices.
 */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const { entries } = await readModelList(await fetch(`${baseUrl}/models`), classifyRefusal);
  return tidyModels(
    entries
      .filter(({ id }) => !NOT_FOR_CHAT.test(familyOf(id)))
      .map(({ id }) => ({ id, name: null, contextTokens: null, price: null, canCallTools: null })),
  );
}

/**
 * The base model of a fine-tuned model ("ft:gpt-4o-mini:acme:image-tags:9qK1"): the rest was named by its
 * owner.
 */
function familyOf(id: string): string {
  return id.startsWith("ft:") ? (id.split(":")[1] ?? id) : id;
}
