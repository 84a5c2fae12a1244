"use client";

import { ArrowUp, ListPlus, Square } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useEffectEvent,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { IconButton } from "@/components/ui/button";
import { CHAT_TEXT_MAX_LENGTH } from "@/contracts/limits";
import { cn } from "@/lib/cn";
import { QUEUE_MAX } from "./message-queue";

/** From this length, the number of characters is shown. */
const COUNT_FROM = 90_000;

const DOUBLE_CLICK_MS = 500;

export interface ComposerHandle {
  focus: () => void;
  fill: (text: string) => void;
}

/**
 * The message field. Enter sends, or while an answer runs puts the message into the queue; Shift+Enter starts
 * a new line; on a touch screen Enter starts a new line too, and the button sends.
 *
 * @param onQueue returns false if no more messages may wait
 * @param onWake called at the first sign of typing, to preload the conversation's code
 * @param start rendered at the left edge (the model trigger)
 * @param end rendered before the buttons
 */
export function Composer({
  ref,
  isRunning,
  readDraft,
  onDraft,
  onSend,
  onQueue,
  onStop,
  onWake,
  start,
  end,
}: {
  ref: Ref<ComposerHandle>;
  isRunning: boolean;
  /** What was written here before. Called once, after hydration. */
  readDraft: () => string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
  onQueue: (text: string) => boolean;
  onStop: () => void;
  onWake: () => void;
  start: ReactNode;
  end: ReactNode;
}) {
  const id = useId();
  const [text, setText] = useState("");
  const [isQueueFull, setIsQueueFull] = useState(false);
  if (isQueueFull && !isRunning) setIsQueueFull(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const stoppedAt = useRef(Number.NEGATIVE_INFINITY);
  const isTooLong = text.length > CHAT_TEXT_MAX_LENGTH;
  const canSend = text.trim() !== "" && !isTooLong;

  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    fill: (filled) => {
      change(filled);
      field.current?.focus();
    },
  }));

  const restore = useEffectEvent(() => {
    // Text typed into the server's page before hydration comes first.
    const kept = field.current?.value || readDraft();
    if (kept !== "") change(kept);
  });
  useEffect(() => restore(), []);

  function change(changed: string) {
    setText(changed);
    onDraft(changed);
  }

  function send() {
    if (!canSend) return;
    if (!isRunning) onSend(text.trim());
    else if (!onQueue(text.trim())) {
      setIsQueueFull(true);
      return;
    }
    change("");
    // On a touch screen the keyboard would cover the answer again.
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    onWake();
    // While an IME composes a word, Enter accepts the word.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // The send button replaces the stop button: the second click of a double click must not send.
        if (event.timeStamp - stoppedAt.current > DOUBLE_CLICK_MS) send();
      }}
      className="rounded-xl border border-border-strong bg-surface-raised shadow-sm transition-colors duration-100 has-[textarea:focus-visible]:border-ring has-[textarea:focus-visible]:outline-3 has-[textarea:focus-visible]:outline-ring/25"
    >
      <label htmlFor={id} className="sr-only">
        Message
      </label>
      <textarea
        ref={field}
        id={id}
        rows={1}
        value={text}
        placeholder="Ask for code, a change or an explanation"
        aria-describedby={isTooLong ? `${id}-limit` : undefined}
        aria-invalid={isTooLong || undefined}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
        onPointerDown={onWake}
        onPaste={onWake}
        // 16 px on a phone: below that iOS zooms the page into the field.
        className="field-sizing-content block max-h-[min(20rem,40dvh)] min-h-13 w-full resize-none overflow-y-auto bg-transparent px-4 pt-3.5 pb-1 text-[1rem] outline-none sm:text-base"
      />
      <p role="status" className={isQueueFull ? "px-4 pt-1 text-sm text-text-muted" : "sr-only"}>
        {isQueueFull ? `${QUEUE_MAX} messages wait already. Your message stays here.` : ""}
      </p>
      <div className="flex min-w-0 items-center justify-between gap-2 p-2">
        <div className="flex min-w-0 items-center">{start}</div>
        <div className="flex shrink-0 items-center gap-2">
          {text.length >= COUNT_FROM ? (
            <p
              id={`${id}-limit`}
              role="status"
              className={cn("text-xs tabular-nums", isTooLong ? "text-danger-text" : "text-text-muted")}
            >
              {text.length.toLocaleString("en")} of {CHAT_TEXT_MAX_LENGTH.toLocaleString("en")} characters
              {isTooLong ? ". Shorten the message." : ""}
            </p>
          ) : null}
          {end}
          {isRunning && text.trim() !== "" ? (
            <IconButton
              key="queue"
              label="Send after this answer"
              type="submit"
              aria-disabled={!canSend || undefined}
              className="rounded-md"
            >
              <ListPlus aria-hidden />
            </IconButton>
          ) : null}
          {isRunning ? (
            <IconButton
              key="stop"
              label="Stop"
              variant="secondary"
              onClick={(event) => {
                stoppedAt.current = event.timeStamp;
                onStop();
                // The button goes with the answer, and must not take the focus along. After a tap the
                // keyboard of a touch screen stays down.
                if (event.detail === 0 || matchMedia("(pointer: fine)").matches) field.current?.focus();
              }}
              className="rounded-md"
            >
              <Square aria-hidden className="size-3! fill-current" />
            </IconButton>
          ) : (
            <IconButton
              key="send"
              label="Send"
              type="submit"
              variant="primary"
              aria-disabled={!canSend || undefined}
              // Also on a slow page, where the two clicks are handled far apart: the browser counts them (UI
              // Events, detail).
              onClick={(event) => {
                if (event.detail < 2) return;
                event.preventDefault();
                field.current?.focus();
              }}
              className="rounded-md"
            >
              <ArrowUp aria-hidden />
            </IconButton>
          )}
        </div>
      </div>
    </form>
  );
}
