import "server-only";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "@/domain/identity/actor";
import {
  appendMessages,
  type MessagesToAppend,
  type StoredConversation,
} from "@/domain/projects/threads/append-messages";
import { environment } from "@/lib/env.server";
import { consumeLimit } from "@/lib/rate-limiter";
import { refuseWhileDraining } from "./draining";
import { type RunSlot, type RunToBegin, takeRunSlot } from "./run-rows";

/**
 * Lets a run begin and stores what it answers, or refuses it before anything is stored or sent: one in its
 * thread, as many at the same time as a person and this server may have and, if the platform pays, as many
 * messages as a person may send on its key.
 *
 * @param given null: the answer is kept nowhere, and so is the question
 * @returns the run's slot, to be released when it has ended, and the conversation
 * @throws AppError `thread_busy`, `too_many_runs`, `rate_limited`, and `unavailable` while the server ends; as
 *   `appendMessages`
 */
export async function admitRun(
  actor: Actor,
  { payer }: Pick<ModelSelection, "payer">,
  run: RunToBegin,
  given: MessagesToAppend | null = null,
): Promise<{ slot: RunSlot; stored: StoredConversation | null }> {
  refuseWhileDraining();
  const isCounted = payer === "platform";
  // The slot first: a message that is refused for another reason does not count against the rate. One that
  // does count is stored after that.
  const admitted = await takeRunSlot(actor, run, isCounted ? null : given);
  const { slot, stored } = admitted;
  try {
    // Whoever drains may have looked before the slot was taken, and would not wait for it.
    refuseWhileDraining();
    if (!isCounted) return admitted;
    await consumeLimit(
      {
        name: "platform-message",
        points: environment().PLATFORM_MESSAGES_PER_MINUTE,
        seconds: 60,
        sentence:
          "You have sent as many messages in a minute as the platform key allows. Choose a key of your own, which has no such limit, or wait.",
      },
      actor.userId,
    );
    return { slot, stored: given && (await appendMessages(actor, given)) };
  } catch (error) {
    await stored?.takeBack();
    await slot.release();
    throw error;
  }
}
