import "server-only";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { requireStanding } from "@/domain/identity/authority";
import { recordBefore } from "@/domain/vault/audit/record-before";
import { notFound } from "@/lib/app-error";
import { keyLabel } from "../../key-label";
import { modelAccessError } from "../../model-access-error";
import type { KeyUse, PersonalKey, PersonalKeySource } from "../key-source";
import { addSessionKey } from "./add-session-key";
import { noteSessionKeyHealth } from "./note-session-key-health";
import { findSessionKey, forgetSessionKey, keysOfSession, revealSessionKey } from "./session-key-store";

/** Keys held in this server's memory for one session, never stored. */
export const sessionKeys: PersonalKeySource = {
  async find(actor, choice) {
    const key = findSessionKey(actor, choice.keyId ?? "");
    if (!key || (choice.provider !== undefined && key.provider !== choice.provider)) return null;
    const { id, provider, last4, baseUrl } = key;
    return {
      source: "session",
      id,
      provider,
      label: keyLabel(key),
      last4,
      baseUrl,
      secretId: id,
      status: "ok",
      disabled: false,
      isExpired: false,
      pause: null,
    };
  },
  missing: ({ provider }) => modelAccessError("session_gone", provider),
  async open(actor, key, use, projectId) {
    // Held in memory: on this server the end of the session removes it, on another one only this query tells.
    await requireStanding(actor, projectId);
    return openSessionKey(actor, key, use, projectId);
  },
  noteHealth: async (actor, key, outcome, by) => noteSessionKeyHealth(actor, key, outcome, by),
  list: async (actor) => keysOfSession(actor.sessionId).map(summaryOf),
  add: addSessionKey,
  async delete(actor, keyId) {
    const key = findSessionKey(actor, keyId);
    if (!key) throw notFound("key");
    recordBefore(
      { actor, action: "ai_key.deleted", objectId: keyId, detail: { provider: key.provider } },
      "nothing is removed. Signing out forgets the keys of this session too.",
    );
    forgetSessionKey(keyId);
  },
};

/** Opens a key for one outgoing request and records it. @throws AppError `session_key_gone`, `unavailable` */
function openSessionKey(actor: Actor, { id, provider }: PersonalKey, use: KeyUse, projectId?: string) {
  const found = findSessionKey(actor, id);
  const key = found && revealSessionKey(found);
  if (!found || !key) throw modelAccessError("session_gone", provider);
  recordBefore(
    {
      actor,
      action: "value.opened",
      objectId: id,
      detail: {
        purpose: use,
        column: "session memory",
        ...(projectId === undefined ? {} : { project: projectId }),
      },
    },
    "no key is used. Nothing was sent.",
  );
  if (use === "chat") found.lastUsedAt = new Date();
  return { key, paidWith: { secretId: id, last4: found.last4 } };
}

function summaryOf(key: ReturnType<typeof keysOfSession>[number]): AiKeySummary {
  return {
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
    // It ends with its session.
    expiresAt: null,
    isExpired: false,
    madeOn: null,
    rotateAfterDays: null,
    rotateOn: null,
    tripwire: "off",
    paused: null,
    previous: null,
    createdAt: key.createdAt.toISOString(),
    updatedAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}
