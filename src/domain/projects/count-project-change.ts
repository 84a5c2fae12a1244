import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";

/** Each change leaves an audit record that outlives the project. */
const PROJECT_CHANGES: Limit = {
  name: "project-change",
  points: 300,
  seconds: 60,
  sentence: "You have changed projects or their secrets very often in the last minute.",
};

/**
 * Counts a project, or a secret of one, that is saved, renamed or deleted. @throws AppError `rate_limited`
 */
export async function countProjectChange(actor: Actor): Promise<void> {
  await consumeLimit(PROJECT_CHANGES, actor.userId);
}
