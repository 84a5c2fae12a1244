import { z } from "zod";
import { aiProviderSchema } from "@/contracts/ai-provider";
import { keyProviderSchema, type ModelSelection, modelIdSchema } from "@/contracts/model-selection";
import { providerOfModel } from "@/domain/models/catalog";
import { DEFAULT_SELECTION } from "@/domain/models/default-selection";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";

/**
 * The selection in the address of a message: `?keyProvider&model&aiProvider&keyId`. Without `aiProvider` the model has to be one of
 * the catalogue, which says whose it is; without `keyId` a personal key is the default one of that provider.
 *
 * @throws AppError `unknown_key_provider`, `unknown_model`, `unknown_provider`, `invalid_request`
 */
export function parseSelection(query: URLSearchParams): ModelSelection {
  const provider = keyProviderSchema.safeParse(query.get("keyProvider") ?? DEFAULT_SELECTION.provider);
  if (!provider.success) {
    throw new AppError(
      "unknown_key_provider",
      "Choose platform or personal as keyProvider. Nothing was sent.",
    );
  }
  const model = modelIdSchema.safeParse(query.get("model") ?? DEFAULT_SELECTION.model);
  if (!model.success) throw unknownModel();
  const keyId = query.get("keyId");
  if (keyId !== null && !z.uuid().safeParse(keyId).success) {
    throw new AppError("invalid_request", "This is not the id of a key. Choose the key again.");
  }
  return {
    provider: provider.data,
    aiProvider: aiProviderOf(query.get("aiProvider"), model.data),
    model: model.data,
    ...(keyId !== null && provider.data === "personal" ? { keyId: keyId.toLowerCase() } : {}),
  };
}

function aiProviderOf(given: string | null, model: string): string {
  if (given === null) {
    const known = providerOfModel(model);
    if (!known) throw unknownModel();
    return known;
  }
  const named = aiProviderSchema.safeParse(given);
  return providerById(named.success ? named.data : "").facts.id;
}

function unknownModel(): AppError {
  return new AppError("unknown_model", "This model is not known here. Choose one from the list.");
}
