import { AsyncLocalStorage } from "node:async_hooks";

/** A per-process singleton, made on first use. */
export interface OncePerProcess<Value> {
  get(): Value;
  /** The existing instance, if any; does not make one. */
  current(): Value | undefined;
  /** Drops it, so that the next use makes another. */
  drop(): Value | undefined;
}

type RunOutside = <Result>(work: () => Result) => Result;

// On globalThis: the bundler gives routes separate copies of a module, and all copies have to share one
// instance. The first copy is loaded as the server starts, before any request (instrumentation.ts).
const holder = globalThis as typeof globalThis & {
  orchestral?: Map<string, unknown>;
  orchestralOutside?: RunOutside;
};
const made = (holder.orchestral ??= new Map());
const runOutside = (holder.orchestralOutside ??= AsyncLocalStorage.snapshot() as RunOutside);

/**
 * Runs `work` outside of the request it is called in. Timers, sockets and promises remember the request in
 * which they began (its asynchronous context), and what outlives the request would keep all of it in memory:
 * its body, with a password. So everything that belongs to the process begins out here.
 */
export function outsideRequests<Result>(work: () => Result): Result {
  return runOutside(work);
}

/**
 * Makes one instance for all copies of a module, outside of the request that needs it first. A promise that
 * fails is dropped: the next use tries again.
 *
 * @param name unique in the process
 */
export function oncePerProcess<Value>(name: string, make: () => Value): OncePerProcess<Value> {
  const current = () => made.get(name) as Value | undefined;
  const drop = () => {
    const value = current();
    made.delete(name);
    return value;
  };
  const get = () => {
    if (made.has(name)) return made.get(name) as Value;
    return outsideRequests(() => {
      const value = make();
      made.set(name, value);
      if (value instanceof Promise) {
        value.catch(() => {
          if (current() === value) drop();
        });
      }
      return value;
    });
  };
  return { get, current, drop };
}
