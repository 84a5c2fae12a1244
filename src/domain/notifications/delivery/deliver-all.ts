import "server-only";
import { deliverDue } from "./deliver-due";
import { handOut } from "./hand-out";

/**
 * Hands out what is new and tries what is due, until nothing is left. Each server claims what no other does.
 *
 * @param stopping aborted: what is due is left to another server, or the next start
 */
export async function deliverAll(stopping?: AbortSignal): Promise<void> {
  // oxlint-disable no-await-in-loop -- batch after batch
  while (await handOut());
  let isMoreDue = true;
  while (isMoreDue) isMoreDue = !stopping?.aborted && (await deliverDue());
  // oxlint-enable no-await-in-loop
}
