/** A per-process singleton, made on first use. */
export interface OncePerProcess<Value> {
  get(): Value;
  /** The existing instance, if any; does not make one. */
  current(): Value | undefined;
  /** Drops it, so that the next use makes another. */
  drop(): Value | undefined;
}

// On globalThis: the bundler gives routes separate copies of a module, and all copies have to share one
// instance.
const holder = globalThis as typeof globalThis & { orchestral?: Map<string, unknown> };
const made = (holder.orchestral ??= new Map());

/**
 * Makes one instance for all copies of a module. A promise that fails is dropped: the next use tries again.
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
    const value = make();
    made.set(name, value);
    if (value instanceof Promise) {
      value.catch(() => {
        if (current() === value) drop();
      });
    }
    return value;
  };
  return { get, current, drop };
}
