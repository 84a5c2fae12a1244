import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { recordBefore } from "@/domain/vault/audit/record-before";

/** Recorded before the request is sent, so it contains no result. @throws AppError `unavailable` */
export function recordTest(actor: Actor, objectId: string, provider: ProviderId): void {
  recordBefore(
    { actor, action: "ai_key.tested", objectId, detail: { provider } },
    "no key is tested. Nothing was sent.",
  );
}
