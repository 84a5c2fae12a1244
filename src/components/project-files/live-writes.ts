import { useSyncExternalStore } from "react";

/** Files the agent is writing at this moment, with as much of their content as has arrived. */
export type LiveWrites = ReadonlyMap<string, string>;

const NONE: LiveWrites = new Map();
// Kept outside React: the chat writes here many times a second and only the files panel has to know.
let writesByProject = new Map<string, LiveWrites>();
const listeners = new Set<() => void>();

export function useLiveWrites(projectId: string): LiveWrites {
  return useSyncExternalStore(
    subscribe,
    () => writesByProject.get(projectId) ?? NONE,
    () => NONE,
  );
}

/** Replaces what is known of the files being written in this project; an empty map when the agent writes none. */
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
