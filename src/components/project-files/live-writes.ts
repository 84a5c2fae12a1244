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

let changesByProject = new Map<string, number>();

/** How many times the agent has changed files while this page was open. A call that fails changes none. */
export function useFileChanges(projectId: string): number {
  return useSyncExternalStore(
    subscribe,
    () => changesByProject.get(projectId) ?? 0,
    () => 0,
  );
}

export function noteFileChange(projectId: string): void {
  changesByProject = new Map(changesByProject).set(projectId, (changesByProject.get(projectId) ?? 0) + 1);
  for (const listener of listeners) listener();
}

/** Replaces the files being written in this project; an empty map if the agent writes none. */
export function showLiveWrites(projectId: string, writes: LiveWrites): void {
  const before = writesByProject.get(projectId) ?? NONE;
  if (isSame(before, writes)) return;
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
