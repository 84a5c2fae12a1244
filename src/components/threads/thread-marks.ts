/** Threads that carry a mark in the list. */
export interface ThreadMarks {
  running: readonly string[];
  /** Their agent has finished since they were last open. */
  unseen: readonly string[];
}

const KEY = "orchestral.thread-marks.";

/**
 * The marks after a look at the list.
 *
 * @param ids of all threads; null while they load
 * @param openId the thread that is looked at
 */
export function nextMarks(
  before: ThreadMarks,
  { ids, running, openId }: { ids: readonly string[] | null; running: ReadonlySet<string>; openId: string },
): ThreadMarks {
  const finished = before.running.filter((id) => !running.has(id));
  const unseen = new Set([...before.unseen, ...finished]);
  return {
    running: [...running],
    unseen: [...unseen].filter((id) => id !== openId && !running.has(id) && (ids?.includes(id) ?? true)),
  };
}

const known = new Map<string, ThreadMarks>();
const listeners = new Set<() => void>();

/** This tab's marks of a project; they survive a visit to another page, and a reload. */
export function readMarks(projectId: string): ThreadMarks {
  let marks = known.get(projectId);
  if (!marks) {
    marks = storedMarks(projectId);
    known.set(projectId, marks);
  }
  return marks;
}

export function storeMarks(projectId: string, marks: ThreadMarks): void {
  known.set(projectId, marks);
  try {
    sessionStorage.setItem(KEY + projectId, JSON.stringify(marks));
  } catch {
    // Storage is blocked or full: the marks last as long as the page.
  }
  for (const listener of listeners) listener();
}

export function subscribeToMarks(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function storedMarks(projectId: string): ThreadMarks {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY + projectId) ?? "{}") as Partial<ThreadMarks>;
    return { running: idsIn(stored.running), unseen: idsIn(stored.unseen) };
  } catch {
    return { running: [], unseen: [] };
  }
}

function idsIn(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
}
