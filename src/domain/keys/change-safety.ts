import "server-only";
import type { ChangeAiKeyRequest } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import type { KeyRow } from "./sources/stored/hold-keys";

/**
 * The part of a change that is about a key's dates and its tripwire.
 *
 * @returns the columns, and the names of what changes for the audit trail
 * @throws AppError `invalid_request` if the key would end before it was made
 */
export function safetyChange(
  key: KeyRow,
  { expiresAt, madeOn, rotateAfterDays, tripwire }: ChangeAiKeyRequest,
): { columns: Partial<KeyRow>; changes: string[] } {
  const until = expiresAt === undefined ? key.expiresAt : expiresAt === null ? null : new Date(expiresAt);
  const made = madeOn === undefined ? key.madeOn : madeOn;
  if ((expiresAt || madeOn) && until && made && until.getTime() <= Date.parse(made)) {
    throw new AppError("invalid_request", "A key cannot end before the day it was made.");
  }
  return {
    columns: {
      ...(expiresAt === undefined ? {} : { expiresAt: until }),
      ...(madeOn === undefined ? {} : { madeOn }),
      ...(rotateAfterDays === undefined ? {} : { rotateAfterDays }),
      ...(tripwire === undefined ? {} : { tripwire }),
    },
    changes: [
      ...(expiresAt === undefined ? [] : ["expiry"]),
      ...(madeOn === undefined ? [] : ["made_on"]),
      ...(rotateAfterDays === undefined ? [] : ["rotation"]),
      ...(tripwire === undefined ? [] : [`tripwire_${tripwire}`]),
    ],
  };
}

/**
 * Pauses a key for its owner, or resumes it: what was done with it so far is then accepted
 * (spending/tripwire). Nothing if it is so already.
 *
 * @returns the columns to set
 */
export async function pauseChange(
  tx: Transaction,
  actor: Actor,
  key: KeyRow,
  paused: boolean | undefined,
): Promise<Partial<KeyRow>> {
  if (paused === undefined || paused === (key.pausedAt !== null)) return {};
  const { provider, pause } = key;
  const detail = { provider, reason: paused ? "owner" : (pause?.reason ?? "owner") };
  await recordAuditEvent(tx, actor, paused ? "ai_key.paused" : "ai_key.resumed", key.id, detail);
  return paused
    ? { pausedAt: new Date(), pause: { reason: "owner" } }
    : { pausedAt: null, pause: null, countedFrom: new Date() };
}
