import "server-only";
import { createAnthropic } from "@ai-sdk/anthropic";
import type { ModelSelection } from "@/contracts/model-selection";
import { environment } from "@/lib/env.server";
import type { Secret } from "@/lib/secret";
import type { Actor } from "../actor";
import { openApiKey } from "../key-vault/open-api-key";
import { type Model, modelById } from "../model-catalog/models";
import { createKeyedFetch } from "./keyed-fetch";
import { modelAccessError } from "./model-access-error";
import { platformKey } from "./platform-key";

const ANTHROPIC_URL = "https://api.anthropic.com";

/**
 * The SDK insists on a key when the client is made (an undefined one would silently become `ANTHROPIC_API_KEY`). Ours
 * comes later, in `keyed-fetch`, and overwrites this; should it ever not, the provider refuses the request.
 */
const OPENED_PER_REQUEST = "opened-per-request";

/**
 * The language model for a selection, with the chosen purse's key and no other: the one place where a plaintext key meets
 * a provider client. The key is opened for each outgoing request, and a key that cannot be opened fails that request.
 */
export function resolveLanguageModel(actor: Actor, selection: ModelSelection) {
  const model = modelById(selection.model);
  const env = environment();
  const baseUrl = `${env.ANTHROPIC_BASE_URL ?? ANTHROPIC_URL}/v1`;
  const anthropic = createAnthropic({
    apiKey: OPENED_PER_REQUEST,
    baseURL: baseUrl,
    fetch: createKeyedFetch({
      baseUrl,
      keyHeader: "x-api-key",
      openKey: () =>
        selection.provider === "personal" ? personalKey(actor, model) : Promise.resolve(ofPlatform(model)),
      timeoutMs: env.PROVIDER_TIMEOUT_SECONDS * 1000,
    }),
  });
  return anthropic(model.id);
}

async function personalKey(actor: Actor, model: Model): Promise<Secret> {
  const opened = await openApiKey(actor, model.provider);
  if (opened.status === "ok") return opened.key;
  throw modelAccessError(opened.status);
}

function ofPlatform(model: Model): Secret {
  const key = platformKey(model.provider);
  if (!key) throw modelAccessError("platform_not_configured");
  return key;
}
