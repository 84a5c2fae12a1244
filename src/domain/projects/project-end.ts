import "server-only";
import { oncePerProcess } from "@/lib/once-per-process";

/** What was deleted on this server: a project, or one thread of it, by the id its project knows. */
export interface Deleted {
  projectId: string;
  threadId?: string;
}

type Listener = (deleted: Deleted) => void;

const listeners = oncePerProcess("projectEnd", () => new Set<Listener>());

/** Calls `listener` when a project or a thread was deleted on this server. */
export function onProjectEnd(listener: Listener): void {
  listeners.get().add(listener);
}

export function tellProjectEnd(deleted: Deleted): void {
  for (const listener of listeners.get()) listener(deleted);
}
