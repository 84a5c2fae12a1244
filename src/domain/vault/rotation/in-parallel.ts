/** Most calls to a key store at once: enough to hide its latency, few enough not to be throttled at once. */
const AT_ONCE = 16;

/**
 * Does `work` for each item, some at a time. The first failure ends it, after what is under way.
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
        // One after the other within a worker is the bound on calls at once.
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

/** Lets others have the processor: sealing a batch would otherwise hold up every answer that streams. */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
