/**
 * Maximum concurrent calls to a key store: enough to hide its latency, few enough not to be throttled
 * immediately.
 */
const AT_ONCE = 16;

/**
 * Does `work` for each item, several at a time. After the first failure no new item is started, and those in
 * progress are awaited.
 *
 * @returns the results in the order of the items
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  let hasFailed = false;
  const workers = Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
    for (const [index, item] of queue) {
      try {
        // Sequential within a worker: this is what bounds the concurrent calls.
        // oxlint-disable-next-line no-await-in-loop
        results[index] = await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
      if (hasFailed) return;
    }
  });
  await Promise.all(workers);
  return results;
}

/** Yields the processor: sealing a batch would otherwise delay every streaming answer. */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
