import "server-only";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "../actor";
import { findApiKey } from "../key-vault/find-api-key";
import { modelById } from "../model-catalog/models";
import { platformKey } from "./platform-key";

export type ModelAccess =
  | { status: "ok"; keyLast4?: string }
  | { status: "not_offered" }
  | { status: "platform_not_configured" }
  | { status: "not_configured" }
  | { status: "cannot_decrypt" };

/**
 * Whether a selection can be served, before anything is sent and without opening a key. A personal selection that cannot
 * be served stays an error: it never turns into a platform request.
 */
export async function checkModelAccess(actor: Actor, selection: ModelSelection): Promise<ModelAccess> {
  const model = modelById(selection.model);
  if (!model.offeredBy.includes(selection.provider)) return { status: "not_offered" };
  if (selection.provider === "platform") {
    return platformKey(model.provider) ? { status: "ok" } : { status: "platform_not_configured" };
  }
  const saved = await findApiKey(actor, model.provider);
  if (!saved) return { status: "not_configured" };
  return saved.status === "ok" ? { status: "ok", keyLast4: saved.last4 } : { status: "cannot_decrypt" };
}
