import { LRUCache } from "lru-cache";
import type { ListedModel } from "@/domain/providers/provider-adapter";
import { oncePerProcess } from "@/lib/once-per-process";
import type { PersonalKey } from "../sources/key-source";

const FRESH_MS = 10 * 60_000;
const LIMITS = {
  lists: 500,
  /** Across all lists: a custom endpoint may list thousands of models, and its owner may have many keys. */
  models: 50_000,
};

type ReadList = () => Promise<ListedModel[]>;

/** Caches recently read model lists. Concurrent requests share one read; failures are not cached. */
export function createLiveLists(limits = LIMITS) {
  return new LRUCache<string, ListedModel[], ReadList>({
    ttl: FRESH_MS,
    max: limits.lists,
    maxSize: limits.models,
    sizeCalculation: (list) => Math.max(1, list.length),
    fetchMethod: (_name, _stale, { context: read }) => read(),
    // A list deleted while it is being read still reaches its callers, but is not cached.
    ignoreFetchAbort: true,
  });
}

const shared = oncePerProcess("liveLists", () => createLiveLists());

/**
 * The name of a key's list. A replaced key has a different one; for old keys the secret id is shared between
 * people, so the key id is part of the name.
 */
export function liveListName({ id, secretId }: Pick<PersonalKey, "id" | "secretId">): string {
  return `${id} ${secretId}`;
}

/** Provider model lists by `liveListName`. */
export function liveLists(): ReturnType<typeof createLiveLists> {
  return shared.get();
}
