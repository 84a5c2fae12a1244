import { useEffect, useMemo, useState } from "react";
import type { Thread } from "@/contracts/threads";
import { nextMarks, readMarks, storeMarks } from "./thread-marks";

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
  const [unseen, setUnseen] = useState<readonly string[]>([]);
  const runningIds = useMemo(() => {
    const listed = (threads ?? []).filter(({ id, isRunning }) => isRunning && id !== openId);
    return new Set([...listed.map(({ id }) => id), ...runningHere]);
  }, [threads, runningHere, openId]);

  useEffect(() => {
    if (!threads) return;
    const marks = nextMarks(readMarks(projectId), {
      ids: threads.map(({ id }) => id),
      running: runningIds,
      openId,
    });
    storeMarks(projectId, marks);
    setUnseen(marks.unseen);
  }, [projectId, threads, runningIds, openId]);

  return { runningIds, unseenIds: useMemo(() => new Set(unseen), [unseen]) };
}
