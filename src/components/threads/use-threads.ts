import { useEffect } from "react";
import useSWR, { mutate } from "swr";
import { distinctTitle, titleOfQuestion } from "@/contracts/thread-title";
import type { Thread, ThreadListResponse } from "@/contracts/threads";
import { allPages } from "@/lib/http/all-pages";
import { callApi } from "@/lib/http/api-client";
import { onThreadNews } from "./thread-news";

export function threadsPath(projectId: string): `/api/${string}` {
  return `/api/v1/projects/${projectId}/threads`;
}

/** Between two looks at what other devices do; a hidden page does not look. */
const WATCH_EVERY_MS = { calm: 20_000, atWork: 5_000 };

/**
 * Keeps the list up to date with what happens in other tabs and on other devices.
 *
 * @param isAtWork whether a thread is at work whose answer this page does not read
 */
export function useWatchedThreads(projectId: string, isAtWork: boolean): void {
  useEffect(() => {
    const refresh = () => refreshThreads(projectId);
    const timer = setInterval(
      () => {
        if (document.visibilityState === "visible" && navigator.onLine) refresh();
      },
      WATCH_EVERY_MS[isAtWork ? "atWork" : "calm"],
    );
    const forget = onThreadNews(refresh);
    return () => {
      clearInterval(timer);
      forget();
    };
  }, [projectId, isAtWork]);
}

/** All threads of a project, newest activity first; null while loading. */
export function useThreads(projectId: string) {
  const path = threadsPath(projectId);
  const { data } = useSWR<ThreadListResponse>(path, async () => ({
    threads: (await allPages<ThreadListResponse>(path)).flatMap(({ threads }) => threads),
  }));

  /** Shows the new title at once and reverts it if the server refuses. @throws ApiError */
  async function rename(id: string, title: string): Promise<void> {
    const renamed = (current?: ThreadListResponse): ThreadListResponse => ({
      threads: (current?.threads ?? []).map((thread) => (thread.id === id ? { ...thread, title } : thread)),
    });
    await mutate<ThreadListResponse>(
      path,
      async (current) => {
        await callApi(`${path}/${id}`, { method: "PATCH", body: { title } });
        return renamed(current);
      },
      { optimisticData: renamed, rollbackOnError: true, revalidate: false },
    );
  }

  /** Waits for the server, so that a thread is not shown as deleted before it is. @throws ApiError */
  async function remove(id: string): Promise<void> {
    await callApi(`${path}/${id}`, { method: "DELETE" });
    await mutate<ThreadListResponse>(
      path,
      (current) => ({ threads: (current?.threads ?? []).filter((thread) => thread.id !== id) }),
      { revalidate: false },
    );
  }

  return { threads: data?.threads ?? null, rename, remove };
}

/** Shows a thread in the list once its first message is sent, under the title the server will give it. */
export function showNewThread(projectId: string, id: string, firstMessage: string): void {
  const now = new Date().toISOString();
  const newThread = (others: Thread[]): Thread => ({
    id,
    title: distinctTitle(
      titleOfQuestion(firstMessage),
      others.map(({ title }) => title),
    ),
    createdAt: now,
    updatedAt: now,
    isRunning: false,
  });
  void mutate<ThreadListResponse>(
    threadsPath(projectId),
    (current) =>
      current?.threads.some((known) => known.id === id)
        ? current
        : { threads: [newThread(current?.threads ?? []), ...(current?.threads ?? [])] },
    { revalidate: false },
  );
}

/** Call when a thread's last activity or title may have changed on the server. */
export function refreshThreads(projectId: string): void {
  void mutate(threadsPath(projectId));
}
