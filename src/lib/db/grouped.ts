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
  let isBusy = false;

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
    if (isBusy || waiting.length === 0) return;
    isBusy = true;
    const group = waiting.slice(0, MOST_AT_ONCE);
    waiting = waiting.slice(MOST_AT_ONCE);
    let isFree = false;
    const free = () => {
      if (isFree) return;
      isFree = true;
      clearTimeout(timer);
      isBusy = false;
      next();
    };
    const timer = setTimeout(free, WAIT_MS);
    void settle(group).then(free);
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // A group outlives the request that begins it.
      outsideRequests(next);
    });
}
