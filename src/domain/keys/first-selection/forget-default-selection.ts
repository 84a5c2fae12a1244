import "server-only";
import { eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { defaultSelectionsTable } from "@/lib/db/schema";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";

export const DEFAULT_CHANGES: Limit = {
  name: "default-selection",
  points: 60,
  seconds: 60,
  sentence: "You have changed your default model very often in the last minute.",
};

/** Forgets the default of `actor`. Succeeds if there is none. @throws AppError `rate_limited` */
export async function forgetDefaultSelection(actor: Actor): Promise<void> {
  await consumeLimit(DEFAULT_CHANGES, actor.userId);
  const db = await database();
  await db.delete(defaultSelectionsTable).where(eq(defaultSelectionsTable.userId, actor.userId));
}
