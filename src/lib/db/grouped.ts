import { outsideRequests } from "../once-per-process";

/** A group that takes longer is not waited for: it may wait for a lock that is not ours. */
const WAIT_MS = 50;
const MOST_AT_ONCE = 100;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}

/**
 * Joins reads of one kind into groups, so that many at the same time cost few statements. One that comes
 * alone goes at once; those that come while it is at work go together when it has ended. Nothing is answered
 * from a group that began before it was asked. For reads only: a write that holds rows of several people
 * could wait for one of them, and they for it.
 *
 * @param work does a group, and answers in its order. One that fails is done again call by call, so that
 *   nobody gets the failure of another
 */
export function grouped<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  /** The group that the next one waits for. */
  let busy: { since: number; free: () => void } | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function settle(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await work(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      const [only, ...others] = group;
      if (others.length === 0) only?.reject(error);
      else await Promise.all(group.map((each) => settle([each])));
    }
  }

  function next(): void {
    if (waiting.length === 0) return;
    if (busy) {
      // Only where somebody waits: most groups have one member and no successor.
      timer ??= setTimeout(busy.free, Math.max(0, busy.since + WAIT_MS - performance.now()));
      return;
    }
    const group = waiting.slice(0, MOST_AT_ONCE);
    waiting = waiting.slice(MOST_AT_ONCE);
    const mine = {
      since: performance.now(),
      free: () => {
        if (busy !== mine) return;
        clearTimeout(timer);
        timer = undefined;
        busy = null;
        next();
      },
    };
    busy = mine;
    void settle(group).then(mine.free);
    next();
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // A group outlives the request that begins it.
      outsideRequests(next);
    });
}
