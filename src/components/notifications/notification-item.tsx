import { Check } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { notificationSentence } from "@/contracts/notification-sentence";
import type { NotificationSummary } from "@/contracts/notifications";
import { cn } from "@/lib/cn";

/**
 * One notification: what happened, and the link to the next step, which reads it too.
 *
 * @param now the server's clock in milliseconds
 * @param onLeave the person follows the link
 */
export function NotificationItem({
  notification,
  now,
  onRead,
  onLeave,
}: {
  notification: NotificationSummary;
  now: number;
  onRead: () => void;
  onLeave: () => void;
}) {
  const { kind, detail, owner, isRead, createdAt } = notification;
  const { title, text, href, link } = notificationSentence(kind, detail, owner === "installation");
  return (
    <li className="flex items-start gap-3 border-b px-4 py-3 last:border-b-0">
      <span
        aria-hidden
        className={cn("mt-1.5 size-2 shrink-0 rounded-full", isRead ? "bg-transparent" : "bg-accent")}
      />
      <div className="grid min-w-0 flex-1 gap-0.5 text-sm">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {isRead ? null : <span className="sr-only">Unread:</span>}
          <span className={cn("wrap-anywhere", !isRead && "font-medium")}>{title}</span>
          {owner === "installation" ? <Badge variant="outline">Installation</Badge> : null}
        </p>
        {text ? <p className="text-pretty wrap-anywhere text-text-muted">{text}</p> : null}
        <p className="flex flex-wrap items-center gap-x-3 text-text-muted">
          <Link
            href={href}
            prefetch={false}
            onClick={onLeave}
            className="text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current"
          >
            {link}
          </Link>
          <RelativeTime at={createdAt} now={now} />
        </p>
      </div>
      {isRead ? null : (
        <IconButton label={`Mark as read: ${title}`} onClick={onRead}>
          <Check aria-hidden />
        </IconButton>
      )}
    </li>
  );
}
