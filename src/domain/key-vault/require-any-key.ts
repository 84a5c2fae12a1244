import "server-only";
import type { AiProvider } from "@/contracts/ai-provider";
import type { Actor } from "../actor";
import { findSessionKey } from "../session-keys/session-key-store";
import { requireApiKey } from "./find-api-key";

/** A key of `actor` by its id, whether it is saved or held for this session. @throws AppError `not_found` */
export async function requireAnyKey(
  actor: Actor,
  keyId: string,
): Promise<{ id: string; provider: AiProvider; label: string; last4: string; baseUrl: string | null }> {
  return findSessionKey(actor, keyId) ?? (await requireApiKey(actor, keyId));
}
