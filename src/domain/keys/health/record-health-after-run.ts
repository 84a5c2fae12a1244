import "server-only";
import type { ErrorCode } from "@/contracts/error";
import type { Actor } from "@/domain/identity/actor";
import { FAILURE_TABLE } from "@/domain/providers/failures/failure-table";
import type { ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import type { PersonalKey } from "../sources/key-source";
import { noteKeyHealth } from "./note-key-health";

/**
 * Records the health of the key that paid for an answer, based on how the run ended.
 *
 * @param result "answered", or the error code; null if it was stopped before anything was known
 */
export async function recordHealthAfterRun(
  actor: Actor,
  key: PersonalKey,
  result: ErrorCode | "answered" | null,
): Promise<void> {
  const outcome =
    result === "answered"
      ? "ok"
      : result && isProviderFailureCode(result)
        ? FAILURE_TABLE[result].keyHealth
        : null;
  if (outcome) await noteKeyHealth(actor, key, outcome, "chat");
}

/** Our own failures (such as an unavailable key store) say nothing about a key at its provider. */
function isProviderFailureCode(code: ErrorCode): code is ProviderFailureCode {
  return Object.hasOwn(FAILURE_TABLE, code);
}
