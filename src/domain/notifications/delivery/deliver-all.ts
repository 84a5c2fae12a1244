import "server-only";
import { hasMailServer } from "../mail/mail-server";
import { claimDue, type Delivery } from "./claim-due";
import { deliver } from "./deliver";
import { handOut } from "./hand-out";

/**
 * How many are tried at once, mail first. More webhooks than five (OWNER_MAX_WEBHOOKS) with two each, so
 * that one owner's receivers do not take all places by not answering.
 */
const LANES = [
  { channel: "mail", places: 6 },
  { channel: "webhook", places: 14 },
] as const;
/** What is new is looked for again after this time, also if nothing of what is tried has ended. */
const LOOK_MS = 10_000;

/**
 * Hands out what is new and tries what is due, until nothing is left. Each server claims what no other does.
 * As soon as one ends, its place is taken by another: nobody waits for the slowest.
 *
 * @param stopping aborted: what is due is left to another server, or the next start
 */
export async function deliverAll(stopping?: AbortSignal): Promise<void> {
  const running = new Map<Delivery, Promise<void>>();
  let hasBegun = false;
  try {
    do {
      // oxlint-disable-next-line no-await-in-loop -- turn after turn
      hasBegun = await beginWhatIsDue(running, stopping);
      // oxlint-disable-next-line no-await-in-loop -- turn after turn
      await oneHasEnded(running);
    } while (hasBegun || running.size > 0);
  } finally {
    await Promise.all(running.values());
  }
}

/** @returns whether anything was begun */
async function beginWhatIsDue(
  running: Map<Delivery, Promise<void>>,
  stopping?: AbortSignal,
): Promise<boolean> {
  let hasBegun = false;
  // oxlint-disable no-await-in-loop -- batch after batch, and mail before webhooks
  while (await handOut());
  for (const { channel, places } of LANES) {
    // Mail waits while there is no server for it.
    if (channel === "mail" && !hasMailServer()) continue;
    const ofLane = [...running.keys()].filter((each) => each.channel === channel);
    const free = places - ofLane.length;
    if (free === 0 || stopping?.aborted) continue;
    const underWay = ofLane.map(({ recipient }) => recipient);
    for (const delivery of await claimDue(channel, free, underWay)) {
      hasBegun = true;
      running.set(
        delivery,
        deliver(delivery).finally(() => running.delete(delivery)),
      );
    }
  }
  // oxlint-enable no-await-in-loop
  return hasBegun;
}

/** Or LOOK_MS are over, or there is none. */
async function oneHasEnded(running: ReadonlyMap<Delivery, Promise<void>>): Promise<void> {
  if (running.size === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LOOK_MS);
  });
  await Promise.race([pause, ...running.values()]);
  clearTimeout(timer);
}
