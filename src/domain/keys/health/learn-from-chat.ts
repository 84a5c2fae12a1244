import "server-only";
import type { ErrorCode } from "@/contracts/error";
import type { Actor } from "@/domain/identity/actor";
import { FAILURE_TABLE } from "@/domain/providers/failures/failure-table";
import type { ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import type { PayingKey } from "../find-paying-key";
import { noteKeyHealth } from "./note-key-health";

/**
 * Notes the key health learned from the result of a message.
 *
 * @param happened "answered", or the code it failed with; null if it was stopped before anything was known
 */
export async function learnFromChat(
  actor: Actor,
  key: PayingKey,
  happened: ErrorCode | "answered" | null,
): Promise<void> {
  const outcome =
    happened === "answered"
      ? "ok"
      : happened && isOfProvider(happened)
        ? FAILURE_TABLE[happened].keyHealth
        : null;
  if (outcome && key.source !== "platform") await noteKeyHealth(actor, key, outcome, "chat");
}

/** Failures of our own (a key store that is away, say) teach nothing about a key at its provider. */
function isOfProvider(code: ErrorCode): code is ProviderFailureCode {
  return Object.hasOwn(FAILURE_TABLE, code);
}
