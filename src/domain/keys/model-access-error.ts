import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";

/** Why a selection cannot be served. */
export type ModelAccessRefusal =
  | "not_offered"
  | "unknown_model"
  | "platform_not_configured"
  | "not_configured"
  | "disabled"
  | "paused"
  | "expired"
  | "session_gone"
  | "key_gone"
  | "cannot_decrypt"
  | "key_store_unavailable";

/** @param why a sentence, of a key that is paused */
type Sentence = (provider: string, why: string) => string;

const ERRORS: Record<ModelAccessRefusal, readonly [AppError["code"], Sentence]> = {
  not_offered: [
    "model_not_offered",
    () => "This server offers this model with a personal key only. Choose your key or another model.",
  ],
  unknown_model: ["unknown_model", () => "This model is not known here. Choose one from the list."],
  platform_not_configured: [
    "platform_key_not_configured",
    (provider) =>
      `This server has no platform key for ${provider}. Choose your personal key, or ask the operator to set one.`,
  ],
  not_configured: [
    "personal_key_missing",
    (provider) =>
      `Personal API key not found. Add your ${provider} API key in the API Keys tab, or choose the platform key.`,
  ],
  key_gone: [
    "personal_key_missing",
    () => "The chosen key is not here any more. Choose another key. Nothing was sent.",
  ],
  disabled: [
    "personal_key_disabled",
    (provider) =>
      `Your ${provider} API key is switched off. Enable it in the API Keys tab, or choose another key. Nothing was sent.`,
  ],
  paused: [
    "key_paused",
    (provider, why) =>
      `Your ${provider} API key is paused. ${why} Replace it, or resume it if that was you. Nothing was sent.`,
  ],
  expired: [
    "key_expired",
    (provider) =>
      `Your ${provider} API key is past the date you gave it. Extend or replace it, or choose another key. Nothing was sent.`,
  ],
  session_gone: [
    "session_key_gone",
    () =>
      "The key of this session is gone: this server forgets it on sign-out, after twelve hours and when it restarts. Add it again or choose another key. Nothing was sent.",
  ],
  cannot_decrypt: [
    "personal_key_unreadable",
    (provider) =>
      `Your saved ${provider} API key can no longer be read by this server. Paste it again in the API Keys tab. Nothing was sent.`,
  ],
  key_store_unavailable: [
    "key_store_unavailable",
    () =>
      "The key store of this server does not answer, so your key could not be read. Nothing was sent and your key is unchanged. Try again in a minute.",
  ],
};

/** Of a custom endpoint, whose person thinks of the endpoint and may have no key. */
const OF_ENDPOINT: Partial<Record<ModelAccessRefusal, string | Sentence>> = {
  not_configured:
    "No custom endpoint is saved. Add one in the API Keys tab, or choose another model. Nothing was sent.",
  key_gone: "The chosen endpoint is not here any more. Choose another model. Nothing was sent.",
  session_gone:
    "The endpoint of this session is gone: this server forgets it on sign-out, after twelve hours and when it restarts. Add it again or choose another model. Nothing was sent.",
};

/** Of a custom endpoint without a key. */
const OF_KEYLESS: typeof OF_ENDPOINT = {
  ...OF_ENDPOINT,
  disabled:
    "Your endpoint is switched off. Enable it in the API Keys tab, or choose another model. Nothing was sent.",
  paused: (_, why) =>
    `Your endpoint is paused. ${why} Resume it in the API Keys tab if that was you, or choose another model. Nothing was sent.`,
  expired:
    "Your endpoint is past the date you gave it. Extend it in the API Keys tab, or choose another model. Nothing was sent.",
  cannot_decrypt:
    "Your saved endpoint can no longer be read by this server. Save it again in the API Keys tab. Nothing was sent.",
  key_store_unavailable:
    "The key store of this server does not answer, so your endpoint could not be read. Nothing was sent and your endpoint is unchanged. Try again in a minute.",
};

/**
 * The error for a selection that cannot be served: what is wrong, and the next click.
 *
 * @param hasKey false for a custom endpoint that was saved without a key
 * @param why a sentence, of a key that is paused
 */
export function modelAccessError(
  refusal: ModelAccessRefusal,
  provider: ProviderId,
  hasKey = true,
  why = "",
): AppError {
  const { name, needsAddress } = providerById(provider).facts;
  const [code, sentence] = ERRORS[refusal];
  const ofEndpoint = hasKey ? (needsAddress ? OF_ENDPOINT : {}) : OF_KEYLESS;
  const said = ofEndpoint[refusal] ?? sentence;
  return new AppError(code, typeof said === "string" ? said : said(name, why));
}
