import { z } from "zod";
import { keyProviderSchema, type ModelSelection, modelIdSchema } from "@/contracts/model-selection";
import { keyProviderOf, payerOf } from "@/contracts/payer";
import { providerIdSchema } from "@/contracts/provider";
import { providerOfModel } from "@/domain/models/catalog";
import { DEFAULT_SELECTION } from "@/domain/models/default-selection";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";

/**
 * The selection in a message's URL: `?keyProvider&model&aiProvider&keyId`. Without `aiProvider` the model
 * must be in the catalogue, which determines its provider; without `keyId` a personal selection uses the
 * provider's default key.
 *
 * @throws AppError `unknown_key_provider`, `unknown_model`, `unknown_provider`, `invalid_request`
 */
export function parseSelection(query: URLSearchParams): ModelSelection {
  const keyProvider = keyProviderSchema.safeParse(
    query.get("keyProvider") ?? keyProviderOf(DEFAULT_SELECTION.payer),
  );
  if (!keyProvider.success) {
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
  const payer = payerOf(keyProvider.data);
  return {
    payer,
    provider: providerOf(query.get("aiProvider"), model.data),
    model: model.data,
    ...(keyId !== null && payer === "person" ? { keyId: keyId.toLowerCase() } : {}),
  };
}

function providerOf(given: string | null, model: string): string {
  if (given === null) {
    const known = providerOfModel(model);
    if (!known) throw unknownModel();
    return known;
  }
  const named = providerIdSchema.safeParse(given);
  return providerById(named.success ? named.data : "").facts.id;
}

function unknownModel(): AppError {
  return new AppError("unknown_model", "This model is not known here. Choose one from the list.");
}
