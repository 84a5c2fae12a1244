import { AppError } from "@/lib/app-error";

const ERRORS = {
  not_offered: [
    "model_not_offered",
    "This server offers this model with a personal key only. Choose your key or another model.",
  ],
  platform_not_configured: [
    "platform_key_not_configured",
    "This server has no platform key. Choose your personal key, or ask the operator to set one.",
  ],
  not_configured: [
    "personal_key_missing",
    "Personal API key not found. Add your Anthropic API key in the API Keys tab, or choose the platform key.",
  ],
  cannot_decrypt: [
    "personal_key_unreadable",
    "Your saved Anthropic API key can no longer be read by this server. Paste it again in the API Keys tab. Nothing was sent.",
  ],
  key_store_unavailable: [
    "key_store_unavailable",
    "The key store of this server does not answer, so your key could not be read. Nothing was sent and your key is unchanged. Try again in a minute.",
  ],
} as const;

/** The error for a selection that cannot be served: what is wrong, and the next click. */
export function modelAccessError(status: keyof typeof ERRORS): AppError {
  const [code, sentence] = ERRORS[status];
  return new AppError(code, sentence);
}
