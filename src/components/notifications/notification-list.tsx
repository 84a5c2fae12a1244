"use client";

import { Bell } from "lucide-react";
import { useState } from "react";
import useSWRInfinite from "swr/infinite";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { NotificationListResponse } from "@/contracts/notifications";
import { callApi } from "@/lib/http/api-client";
import { markAllRead, markRead, NOTIFICATIONS_PATH } from "./notification-calls";
import { NotificationItem } from "./notification-item";

/** All that a person was told in the last 90 days, page by page. @param now the server's clock */
export function NotificationList({ now }: { now: number }) {
  const { data, error, size, setSize, mutate, isValidating } = useSWRInfinite<
    NotificationListResponse,
    Error
  >(
    (_index: number, before: NotificationListResponse | null) => {
      if (before && before.next === null) return null;
      return before?.next ? `${NOTIFICATIONS_PATH}?cursor=${before.next}` : NOTIFICATIONS_PATH;
    },
    (path: `/api/${string}`) => callApi<NotificationListResponse>(path),
    { revalidateFirstPage: false },
  );
  const [problem, setProblem] = useState<string | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const notifications = data?.flatMap((page) => page.notifications);
  const newest = notifications?.[0];
  const unread = data?.[0]?.unread ?? 0;

  async function act(change: () => Promise<void>, done: string): Promise<void> {
    setProblem(null);
    try {
      await change();
      setAnnouncement(done);
      await mutate();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : "That did not work. Try again.");
    }
  }

  const failure = problem ?? (data ? null : (error?.message ?? null));
  return (
    <div className="grid gap-4">
      <output className="sr-only">{announcement}</output>
      {failure ? (
        <Alert variant="danger">
          {failure}
          <div>
            <Button size="sm" onClick={() => void act(async () => undefined, "")}>
              Retry
            </Button>
          </div>
        </Alert>
      ) : null}
      {notifications === undefined ? (
        failure ? null : (
          <div className="grid gap-3">
            <span role="status" className="sr-only">
              Loading notifications
            </span>
            <Skeleton className="h-16" />
            <Skeleton className="h-16" />
          </div>
        )
      ) : notifications.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<Bell />} title="Nothing to tell you" className="py-8">
            You are told here when a limit is nearly used up, a key fails or expires, or spending is unusual.
          </EmptyState>
        </div>
      ) : (
        <>
          {newest && unread > 0 ? (
            <div>
              <Button
                size="sm"
                onClick={() => void act(() => markAllRead(newest.createdAt), "All are marked as read.")}
              >
                Mark all as read
              </Button>
            </div>
          ) : null}
          <ul aria-label="Notifications" className="overflow-hidden rounded-xl border bg-surface shadow-xs">
            {notifications.map((notification) => (
              <NotificationItem
                key={notification.id}
                notification={notification}
                now={now}
                onRead={() => void act(() => markRead(notification.id, true), "Marked as read.")}
                onLeave={() => {
                  if (!notification.isRead) void act(() => markRead(notification.id, true), "");
                }}
              />
            ))}
          </ul>
          {data?.at(-1)?.next ? (
            <div>
              <Button pending={isValidating && data.length < size} onClick={() => void setSize(size + 1)}>
                Show more
              </Button>
            </div>
          ) : null}
        </>
      )}
    </div>
  );
}
