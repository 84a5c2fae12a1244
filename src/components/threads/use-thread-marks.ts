import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Thread } from "@/contracts/threads";
import { nextMarks, readMarks, storeMarks, subscribeToMarks } from "./thread-marks";

const NONE: readonly string[] = [];

/**
 * Which threads of a project are at work, and which have finished since they were last open.
 *
 * @param threads null while they load
 * @param runningHere threads whose answer this page reads, which the list may not know yet
 */
export function useThreadMarks(
  projectId: string,
  threads: readonly Thread[] | null,
  runningHere: ReadonlySet<string>,
  openId: string,
): { runningIds: ReadonlySet<string>; unseenIds: ReadonlySet<string> } {
  const unseen = useSyncExternalStore(
    subscribeToMarks,
    () => readMarks(projectId).unseen,
    () => NONE,
  );
  const runningIds = useMemo(() => {
    const listed = (threads ?? []).filter(({ id, isRunning }) => isRunning && id !== openId);
    return new Set([...listed.map(({ id }) => id), ...runningHere]);
  }, [threads, runningHere, openId]);

  useEffect(() => {
    if (!threads) return;
    const ids = threads.map(({ id }) => id);
    storeMarks(projectId, nextMarks(readMarks(projectId), { ids, running: runningIds, openId }));
  }, [projectId, threads, runningIds, openId]);

  return { runningIds, unseenIds: useMemo(() => new Set(unseen), [unseen]) };
}
