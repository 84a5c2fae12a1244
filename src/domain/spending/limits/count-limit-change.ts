import "server-only";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";

/** Each leaves an audit record that outlives the limit, and a new one holds up whoever counts. */
const LIMIT_CHANGES: Limit = {
  name: "limit-change",
  points: 120,
  seconds: 60,
  sentence: "You have changed limits, or asked for more, very often in the last minute.",
};

/** Counts one change of a limit, or one request for more. @throws AppError `rate_limited` */
export async function countLimitChange(actor: Actor | SystemActor): Promise<void> {
  if ("userId" in actor) await consumeLimit(LIMIT_CHANGES, actor.userId);
}
