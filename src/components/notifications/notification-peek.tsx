"use client";

import Link from "next/link";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useApi } from "@/components/use-api";
import type { NotificationListResponse } from "@/contracts/notifications";
import { markAllRead, markRead, NOTIFICATIONS_PATH } from "./notification-calls";
import { NotificationItem } from "./notification-item";

const SHOWN = 8;
const PATH: `/api/${string}` = `${NOTIFICATIONS_PATH}?limit=${SHOWN}`;

/** The newest notifications, below the bell. */
export default function NotificationPeek({ close }: { close: () => void }) {
  const { data, failure: loadFailure, mutate } = useApi<NotificationListResponse>(PATH);
  const [now] = useState(() => Date.now());
  const [problem, setProblem] = useState<string | null>(null);
  const newest = data?.notifications[0];

  async function act(change: () => Promise<void>): Promise<void> {
    setProblem(null);
    try {
      await change();
      await mutate();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : "That did not work. Try again.");
    }
  }

  const failure = problem ?? loadFailure;
  return (
    <>
      <div className="flex items-center justify-between gap-3 border-b px-4 py-2.5">
        <p className="text-sm font-semibold">Notifications</p>
        {newest && data.unread > 0 ? (
          <Button variant="link" size="sm" onClick={() => void act(() => markAllRead(newest.createdAt))}>
            Mark all as read
          </Button>
        ) : null}
      </div>
      {failure ? (
        <Alert variant="danger" className="m-3">
          {failure}
          <div>
            <Button size="sm" onClick={() => void act(async () => undefined)}>
              Retry
            </Button>
          </div>
        </Alert>
      ) : null}
      {data ? (
        data.notifications.length === 0 ? (
          <p className="px-4 py-8 text-center text-sm text-text-muted">Nothing to tell you.</p>
        ) : (
          <ul aria-label="Newest notifications" className="min-h-0 overflow-y-auto overscroll-contain">
            {data.notifications.map((notification) => (
              <NotificationItem
                key={notification.id}
                notification={notification}
                now={now}
                onRead={() => void act(() => markRead(notification.id, true))}
                onLeave={() => {
                  close();
                  if (!notification.isRead) void act(() => markRead(notification.id, true));
                }}
              />
            ))}
          </ul>
        )
      ) : failure ? null : (
        <div className="grid gap-3 p-4">
          <span role="status" className="sr-only">
            Loading notifications
          </span>
          <Skeleton className="h-12" />
          <Skeleton className="h-12" />
        </div>
      )}
      <div className="border-t px-4 py-2.5 text-sm">
        <Link
          href="/notifications"
          onClick={close}
          className="text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current"
        >
          All notifications and settings
        </Link>
      </div>
    </>
  );
}
