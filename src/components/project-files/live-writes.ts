import { useSyncExternalStore } from "react";

/** Files the agent is writing now, with the content received so far. */
export type LiveWrites = ReadonlyMap<string, string>;

const NONE: LiveWrites = new Map();
// Kept outside React: the chat writes here many times a second, and only the files panel reads it.
let writesByProject = new Map<string, LiveWrites>();
const listeners = new Set<() => void>();

export function useLiveWrites(projectId: string): LiveWrites {
  return useSyncExternalStore(
    subscribe,
    () => writesByProject.get(projectId) ?? NONE,
    () => NONE,
  );
}

/** Replaces the files being written in this project; an empty map if the agent writes none. */
export function showLiveWrites(projectId: string, writes: LiveWrites): void {
  if (isSame(writesByProject.get(projectId) ?? NONE, writes)) return;
  writesByProject = new Map(writesByProject).set(projectId, writes);
  for (const listener of listeners) listener();
}

function isSame(a: LiveWrites, b: LiveWrites): boolean {
  return a.size === b.size && [...a].every(([path, content]) => b.get(path) === content);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
