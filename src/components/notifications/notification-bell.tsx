"use client";

import { Bell } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useId, useRef, useState } from "react";
import useSWR from "swr";
import { Button } from "@/components/ui/button";
import { placeBeside } from "@/components/ui/place-beside";
import { UNREAD_COUNTED } from "@/contracts/limits";
import type { UnreadResponse } from "@/contracts/notifications";
import { callApi } from "@/lib/http/api-client";
import { UNREAD_PATH } from "./notification-calls";

/** The list comes when it is opened: the bell is on every page. */
const NotificationPeek = dynamic(() => import("./notification-peek"), { ssr: false });

const QUIET_MS = 30_000;
const AGAIN_MS = 3 * 60_000;

/**
 * The bell of the header, with how many are unread: loaded after the page, again when the window gets the
 * focus, and now and then while it is seen. A failure shows no number, and nothing else.
 */
export function NotificationBell() {
  const { data } = useSWR<UnreadResponse>(UNREAD_PATH, () => callApi<UnreadResponse>(UNREAD_PATH), {
    dedupingInterval: QUIET_MS,
    focusThrottleInterval: QUIET_MS,
    refreshInterval: AGAIN_MS,
    shouldRetryOnError: false,
  });
  const unread = data?.unread ?? 0;
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!isOpen) return undefined;
    const place = () => {
      if (button.current && box.current) placeBeside(button.current, box.current, { align: "end" });
    };
    place();
    // Its list comes later, and makes it larger.
    const observer = new ResizeObserver(place);
    if (box.current) observer.observe(box.current);
    window.addEventListener("resize", place);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", place);
    };
  }, [isOpen]);

  return (
    <>
      <Button
        ref={button}
        variant="ghost"
        size="icon"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={id}
        // With it the browser knows that a click was on the invoker, and does not open again what it closed.
        popoverTarget={id}
      >
        <span className="relative">
          <Bell aria-hidden />
          {unread > 0 ? (
            <span
              aria-hidden
              className="absolute -top-2 left-1.5 min-w-4 rounded-full bg-accent px-1 text-center text-[0.625rem] leading-4 font-semibold text-accent-contrast tabular-nums"
            >
              {unread > UNREAD_COUNTED ? `${UNREAD_COUNTED}+` : unread}
            </span>
          ) : null}
        </span>
        <span className="sr-only">{nameOf(unread)}</span>
      </Button>
      <div
        ref={box}
        id={id}
        role="dialog"
        aria-label="Notifications"
        tabIndex={-1}
        popover="auto"
        onToggle={(event) => {
          if (event.target !== event.currentTarget) return;
          const opened = event.newState === "open";
          setIsOpen(opened);
          if (opened) event.currentTarget.focus();
        }}
        className="fixed inset-auto m-0 max-h-[min(32rem,80dvh)] w-96 max-w-[calc(100vw-1rem)] flex-col overflow-hidden rounded-lg border bg-surface-raised p-0 text-text shadow-md outline-none open:flex open:animate-fade"
      >
        {isOpen ? <NotificationPeek close={() => box.current?.hidePopover()} /> : null}
      </div>
    </>
  );
}

function nameOf(unread: number): string {
  if (unread === 0) return "Notifications";
  return `Notifications, ${unread > UNREAD_COUNTED ? `more than ${UNREAD_COUNTED}` : unread} unread`;
}
