import { ArrowUp, Pencil, X } from "lucide-react";
import { useRef, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import type { Ending } from "./conversation";
import { EditForm } from "./edit-form";
import type { MessageQueue } from "./use-message-queue";

/**
 * The messages that wait, above the composer: each can be changed, removed or sent at once.
 *
 * @param ending how the latest answer ended, which is why they still wait
 * @param onEmpty called when the last one was removed by hand, which takes the focus along
 */
export function QueuedMessages({
  queue,
  isRunning,
  ending,
  onSendNow,
  onEmpty,
}: {
  queue: MessageQueue;
  isRunning: boolean;
  ending: Ending;
  onSendNow: (text: string) => void;
  onEmpty: () => void;
}) {
  const [editedId, setEditedId] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  if (queue.waiting.length === 0) return null;

  function afterChange(position: number) {
    setEditedId(null);
    // The button is back in the page, or gone with its message, only after React has rendered it.
    requestAnimationFrame(() => {
      const rows = list.current?.children;
      const row = rows?.[Math.min(position, rows.length - 1)];
      if (row) row.querySelector("button")?.focus();
      else onEmpty();
    });
  }

  return (
    <section
      aria-label="Waiting messages"
      className="mx-2 overflow-hidden rounded-t-xl border border-b-0 border-border-strong/60 bg-surface"
    >
      <p role="status" className="px-3 pt-2 text-xs text-text-muted">
        {isRunning ? "Sent in this order, each after a complete answer." : reasonOf(ending)}
      </p>
      <ul ref={list} className="max-h-48 divide-y overflow-y-auto overscroll-contain pb-1">
        {queue.waiting.map(({ id, text }, position) =>
          id === editedId ? (
            <li key={id} className="p-2">
              <EditForm
                label="Edit the waiting message"
                submitLabel="Keep"
                initialText={text}
                onCancel={() => afterChange(position)}
                onSubmit={(changed) => {
                  queue.change(id, changed);
                  afterChange(position);
                }}
              />
            </li>
          ) : (
            <li key={id} className="flex min-w-0 items-center gap-1 py-0.5 pr-1 pl-3 text-sm">
              <span className="min-w-0 flex-1 truncate" title={text}>
                {text}
              </span>
              <IconButton label={`Edit: ${start(text)}`} title="Edit" onClick={() => setEditedId(id)}>
                <Pencil aria-hidden />
              </IconButton>
              <IconButton
                label={`Remove: ${start(text)}`}
                title="Remove"
                onClick={() => {
                  queue.take(id);
                  afterChange(position);
                }}
              >
                <X aria-hidden />
              </IconButton>
              <Button
                size="sm"
                variant="ghost"
                title="Send now"
                className="max-sm:px-2"
                onClick={() => {
                  const taken = queue.take(id);
                  if (taken !== undefined) onSendNow(taken);
                  onEmpty();
                }}
              >
                <ArrowUp aria-hidden />
                <span className="max-sm:sr-only">Send now</span>
              </Button>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

function reasonOf(ending: Ending): string {
  if (ending === "failed") return "The last answer failed, so these wait for you.";
  if (ending === "stopped") return "The last answer was stopped, so these wait for you.";
  if (ending === "interrupted" || ending === "cut")
    return "The last answer is incomplete, so these wait for you.";
  return "These were not sent before the page was left, so they wait for you.";
}

/** Enough of a text to tell it from others, for the name of a button. */
function start(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
