import "server-only";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { keyLabel } from "../../key-label";
import { keysOfSession } from "./session-key-store";

/** The keys of this session, as far as they may be shown. */
export function listSessionKeys(actor: Actor): AiKeySummary[] {
  return keysOfSession(actor.sessionId).map((key) => ({
    id: key.id,
    provider: key.provider,
    label: keyLabel(key),
    last4: key.last4,
    status: "ok",
    kept: "session",
    isDefault: false,
    disabled: false,
    baseUrl: key.baseUrl,
    health: key.health && { outcome: key.health.outcome, at: key.health.at.toISOString() },
    lastTestedAt: key.lastTestedAt?.toISOString() ?? null,
    lastError: key.lastError && { outcome: key.lastError.outcome, at: key.lastError.at.toISOString() },
    hasNotice: key.hasNotice,
    previous: null,
    createdAt: key.createdAt.toISOString(),
    updatedAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  }));
}
