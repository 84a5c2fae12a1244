import { LRUCache } from "lru-cache";
import type { ListedModel } from "@/domain/providers/provider-adapter";
import { oncePerProcess } from "@/lib/once-per-process";

const FRESH_MS = 10 * 60_000;
const LIMITS = {
  lists: 500,
  /** Of all lists together: a custom endpoint may list thousands of models, and its owner has many keys. */
  models: 50_000,
};

type ReadList = () => Promise<ListedModel[]>;

/**
 * Lists of models that were read lately. One that is being read is waited for, not read twice; a failure is
 * not kept.
 */
export function createLiveLists(limits = LIMITS) {
  return new LRUCache<string, ListedModel[], ReadList>({
    ttl: FRESH_MS,
    max: limits.lists,
    maxSize: limits.models,
    sizeCalculation: (list) => Math.max(1, list.length),
    fetchMethod: (_name, _stale, { context: read }) => read(),
    // A list that is deleted while it is read still reaches those who wait for it, and is not kept.
    ignoreFetchAbort: true,
  });
}

const shared = oncePerProcess("liveLists", () => createLiveLists());

/** What providers listed for each key, by the key's id and its secret's. */
export function liveLists(): ReturnType<typeof createLiveLists> {
  return shared.get();
}
