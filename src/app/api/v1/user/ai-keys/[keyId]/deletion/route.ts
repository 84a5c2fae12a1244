import type { AiKeyDeletionPreview } from "@/contracts/ai-keys";
import { previewKeyDeletion } from "@/domain/keys/preview-key-deletion";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type KeyParams, keyIdOf } from "../../key-route";

export const GET = apiRoute<KeyParams>(
  async ({ user, params }): Promise<AiKeyDeletionPreview> => previewKeyDeletion(user, keyIdOf(params)),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
