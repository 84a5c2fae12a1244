import "server-only";
import { logger } from "@/lib/logger";

const PAGE = 100;

/** Rows of one kind that are marked as unreadable. */
export interface UnreadableRows<Row extends { id: string }> {
  /** Their name in the log: "saved keys". */
  name: string;
  /** At most `limit` of them after this id, ordered by id. */
  page(after: string | null, limit: number): Promise<Row[]>;
  /** Tries one again and removes its mark if it opens. */
  opensAgain(row: Row): Promise<boolean | "key_store_unavailable">;
}

/**
 * Tries every row marked as unreadable again when a server starts: when an encryption key that was missing
 * from the ring is back, the rows it seals recover, and people need not paste anything again. Stops at the
 * first key store that does not answer: it would be called for each row, and the next start retries.
 */
export async function recheckUnreadable<Row extends { id: string }>(
  rows: UnreadableRows<Row>,
): Promise<void> {
  const found = { healed: 0, unreadable: 0 };
  for (let after: string | null = null; ; ) {
    // oxlint-disable-next-line no-await-in-loop -- page after page
    const page: Row[] = await rows.page(after, PAGE);
    for (const row of page) {
      // oxlint-disable-next-line no-await-in-loop -- sequential, so that it takes at most one connection
      const opened = await rows.opensAgain(row);
      if (opened === "key_store_unavailable") return;
      found[opened ? "healed" : "unreadable"] += 1;
    }
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) break;
  }
  if (found.healed + found.unreadable > 0)
    logger.warn(found, `${rows.name} that could not be opened were rechecked`);
}
