import "server-only";
import type { KeyProvider, ModelOption } from "@/contracts/model-selection";
import { KEY_PROVIDERS } from "@/contracts/model-selection";
import type { Actor } from "../actor";
import { checkModelAccess } from "../model-access/check-model-access";
import { MODELS } from "./models";

const REASONS: Record<Exclude<Awaited<ReturnType<typeof checkModelAccess>>["status"], "ok">, string> = {
  platform_not_configured:
    "This server has no platform key. Save your own key, or ask the operator to set one.",
  not_configured: "Requires your Anthropic API key. Save it in the API Keys tab.",
  cannot_decrypt: "Your saved key can no longer be read. Paste it again in the API Keys tab.",
  not_offered: "This model needs your own key.",
};

/** Every combination of purse and model, in the order the selector shows them, with why one cannot be chosen. */
export async function listModelOptions(actor: Actor): Promise<ModelOption[]> {
  const offers = KEY_PROVIDERS.flatMap((provider) =>
    MODELS.filter((model) => model.offeredBy.includes(provider)).map((model) => ({ provider, model })),
  );
  return Promise.all(
    offers.map(async ({ provider, model }) => {
      const access = await checkModelAccess(actor, { provider, model: model.id });
      return {
        provider,
        model: model.id,
        name: model.name,
        label: `${model.name} (${provider} key)`,
        description: describe(provider, model.description),
        available: access.status === "ok",
        reason: access.status === "ok" ? null : REASONS[access.status],
      };
    }),
  );
}

function describe(provider: KeyProvider, description: string): string {
  return provider === "platform"
    ? `${description} Paid by this server.`
    : `${description} Paid by you, at your provider.`;
}
