import "server-only";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { PERSONAL_KEY_SOURCES } from "./sources/key-sources";

/** Stored and session keys of `actor`, in the form that may be shown. Opens nothing. */
export async function listKeys(actor: Actor): Promise<AiKeySummary[]> {
  return (await Promise.all(PERSONAL_KEY_SOURCES.map((source) => source.list(actor)))).flat();
}
