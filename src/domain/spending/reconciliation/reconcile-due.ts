import "server-only";
import { claimSource } from "./claim-source";
import { ensureSources } from "./ensure-sources";
import { reconcileSource } from "./reconcile-source";

/** Of one round of this server; the others come in the next. */
const AT_MOST = 50;

/** Asks every provider that is due, one after the other. Several servers share the work. */
export async function reconcileDue(): Promise<void> {
  await ensureSources();
  for (let done = 0; done < AT_MOST; done += 1) {
    // oxlint-disable-next-line no-await-in-loop -- in the background, one connection
    const source = await claimSource();
    if (!source) return;
    // oxlint-disable-next-line no-await-in-loop
    await reconcileSource(source, { eager: false });
  }
}
