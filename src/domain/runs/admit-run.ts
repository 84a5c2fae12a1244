import "server-only";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "@/domain/identity/actor";
import type { MessagesToAppend, StoredConversation } from "@/domain/projects/threads/append-messages";
import { environment } from "@/lib/env.server";
import { type Limit, refuseAboveLimit } from "@/lib/rate-limiter";
import { refuseWhileDraining } from "./draining";
import { type RunSlot, type RunToBegin, takeRunSlot } from "./run-rows";

/**
 * Lets a run begin and stores what it answers, or refuses it before anything is stored or sent: one in its
 * thread, as many at the same time as a person and this server may have and, if the platform pays, as many
 * messages as a person may send on its key.
 *
 * @param given null: the answer is kept nowhere, and so is the question
 * @returns the run's slot, to be released when it has ended, and the conversation
 * @throws AppError `thread_busy`, `too_many_runs`, `rate_limited`, and `unavailable` while the server ends;
 *   as `appendMessages`
 */
export async function admitRun(
  actor: Actor,
  { payer }: Pick<ModelSelection, "payer">,
  run: RunToBegin,
  given: MessagesToAppend | null = null,
): Promise<{ slot: RunSlot; stored: StoredConversation | null }> {
  refuseWhileDraining();
  const limit = payer === "platform" ? platformLimit() : null;
  const { slot, stored, uses, undo } = await takeRunSlot(actor, run, { given, limit });
  try {
    // Whoever drains may have looked before the slot was taken, and would not wait for it.
    refuseWhileDraining();
  } catch (error) {
    await undo();
    throw error;
  }
  try {
    if (limit && uses) refuseAboveLimit(limit, uses);
    return { slot, stored };
  } catch (error) {
    await slot.release();
    throw error;
  }
}

/** A message that is refused for another reason does not count. */
function platformLimit(): Limit {
  return {
    name: "platform-message",
    points: environment().PLATFORM_MESSAGES_PER_MINUTE,
    seconds: 60,
    sentence:
      "You have sent as many messages in a minute as the platform key allows. Choose a key of your own, which has no such limit, or wait.",
  };
}
