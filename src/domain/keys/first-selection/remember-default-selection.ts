import "server-only";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { defaultSelectionsTable } from "@/lib/db/schema";
import { consumeLimit } from "@/lib/rate-limiter";
import { findPayingKey } from "../find-paying-key";
import { modelAccessError } from "../model-access-error";
import { defaultAmong, holdKeys, keyAmong } from "../sources/stored/hold-keys";
import { DEFAULT_CHANGES } from "./forget-default-selection";

/**
 * Makes a selection the one new tabs of `actor` start with, on every device. It has to be servable now, and
 * is forgotten when its key is deleted.
 *
 * @throws AppError what findPayingKey throws; `invalid_request` for a key of this session; `rate_limited`
 */
export async function rememberDefaultSelection(actor: Actor, selection: ModelSelection): Promise<void> {
  await consumeLimit(DEFAULT_CHANGES, actor.userId);
  const { payer, provider, model } = selection;
  const keyId = payer === "person" ? selection.keyId?.toLowerCase() : undefined;
  const { source } = await findPayingKey(actor, { payer, provider, model, keyId });
  if (source === "session") {
    throw new AppError(
      "invalid_request",
      "A key of this session is gone when you sign out, so it cannot be your default. Save the key first.",
    );
  }
  const chosen = { payer, provider, model, keyId: keyId ?? null, updatedAt: new Date() };
  const db = await database();
  await db.transaction(async (tx) => {
    // The key may have been deleted since it was found.
    const held = await holdKeys(tx, actor);
    const isThere = keyId ? keyAmong(held, keyId) : defaultAmong(held, provider);
    if (payer === "person" && !isThere) throw modelAccessError("key_gone", provider);
    await tx
      .insert(defaultSelectionsTable)
      .values({ userId: actor.userId, ...chosen })
      .onConflictDoUpdate({ target: defaultSelectionsTable.userId, set: chosen });
  });
}
