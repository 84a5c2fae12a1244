"use client";

import { X } from "lucide-react";
import { type ComponentProps, type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from "react";
import { cn } from "@/lib/cn";
import { Button } from "./button";

/*
 * Built on the browser's own <dialog>: focus containment, an inert page behind, the top layer, Escape and the
 * return of focus come with it. A library would add about 12 kB to every page and put a <style> element into
 * the document, which our Content-Security-Policy blocks.
 */

type DialogProps = Omit<ComponentProps<"dialog">, "open" | "title" | "onClose"> & {
  title: ReactNode;
  description?: ReactNode;
  /** Called to close it: Escape, ✕, a click outside. */
  onClose: () => void;
  /** Gets the focus when the dialog opens; otherwise the first control does. */
  initialFocus?: RefObject<HTMLElement | null> | undefined;
  /** `false` for a question that must be answered: a click outside does nothing and there is no ✕. */
  dismissible?: boolean;
  /** Asked on Escape, also with `dismissible={false}`: `false` keeps the dialog open. */
  mayDismiss?: () => boolean;
  headerClassName?: string;
};

/**
 * A modal dialog, always controlled; mounted only while open, so a form inside starts fresh each time. On a
 * phone it is a sheet at the bottom edge. Content taller than the window scrolls inside `DialogBody`.
 */
export function Dialog({ open, ...props }: DialogProps & { open: boolean }) {
  return open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({
  title,
  description,
  onClose,
  initialFocus,
  dismissible = true,
  mayDismiss = () => true,
  className,
  headerClassName,
  children,
  ...props
}: DialogProps) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  const pressedOnBackdrop = useRef(false);

  useLayoutEffect(() => {
    const dialog = element.current;
    if (!dialog) return undefined;
    const unlock = lockPageScroll();
    dialog.showModal();
    initialFocus?.current?.focus();
    // Closed before React removes the element, otherwise the browser would not restore the focus.
    return () => {
      dialog.close();
      unlock();
    };
  }, [initialFocus]);

  return (
    // Keyboard users close with Escape (the `cancel` event); the pointer handlers are the extra.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={element}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        if (mayDismiss()) onClose();
      }}
      onClose={(event) => {
        // Chromium closes without a cancelable `cancel` on the second Escape. `open` is true when React's
        // development double-mount has closed and reopened us before this event arrived.
        const dialog = event.currentTarget;
        if (event.target !== dialog || dialog.open) return;
        if (mayDismiss()) onClose();
        else if (dialog.isConnected) {
          dialog.showModal();
          initialFocus?.current?.focus();
        }
      }}
      onPointerDown={(event) => {
        pressedOnBackdrop.current = dismissible && isOutside(event);
      }}
      onClick={(event) => {
        // Both press and release outside: selecting text and releasing outside the dialog must not close it.
        if (pressedOnBackdrop.current && isOutside(event)) onClose();
        pressedOnBackdrop.current = false;
      }}
      className={cn(
        "fixed m-auto flex max-h-[min(46rem,calc(100dvh-4rem))] w-[calc(100%-2rem)] max-w-lg flex-col overflow-hidden overscroll-contain",
        "rounded-xl border bg-surface-raised p-0 text-text shadow-lg outline-none sm:animate-rise",
        "backdrop:animate-fade backdrop:bg-backdrop",
        "max-sm:mx-0 max-sm:mt-auto max-sm:mb-0 max-sm:max-h-[92dvh] max-sm:w-full max-sm:max-w-full max-sm:animate-sheet",
        "max-sm:rounded-b-none max-sm:border-x-0 max-sm:border-b-0 max-sm:pb-[env(safe-area-inset-bottom)]",
        className,
      )}
      {...props}
    >
      <header
        className={cn(
          "grid gap-1 px-5 pt-5 pr-14 pb-4 sm:px-6 sm:pt-6",
          !dismissible && "pr-6",
          headerClassName,
        )}
      >
        <h2 id={`${id}-title`} className="text-lg font-semibold tracking-[-0.01em]">
          {title}
        </h2>
        {description ? (
          <p id={`${id}-description`} className="text-sm text-text-muted">
            {description}
          </p>
        ) : null}
      </header>
      {children}
      {dismissible ? (
        // Last in the document, so that the first control of the content gets the focus.
        <Button
          variant="ghost"
          size="icon"
          aria-label="Close"
          className="absolute top-3 right-3"
          onClick={onClose}
        >
          <X aria-hidden />
        </Button>
      ) : null}
    </dialog>
  );
}

/**
 * globals.css stops the page behind a modal dialog from scrolling. The space of a classic scroll bar is kept,
 * otherwise the page would jump sideways.
 */
function lockPageScroll(): () => void {
  const root = document.documentElement;
  if (window.innerWidth <= root.clientWidth || root.style.scrollbarGutter) return () => {};
  root.style.scrollbarGutter = "stable";
  return () => {
    root.style.scrollbarGutter = "";
  };
}

function isOutside(event: {
  target: EventTarget;
  currentTarget: HTMLElement;
  clientX: number;
  clientY: number;
}) {
  if (event.target !== event.currentTarget) return false;
  const box = event.currentTarget.getBoundingClientRect();
  return (
    event.clientX < box.left ||
    event.clientX > box.right ||
    event.clientY < box.top ||
    event.clientY > box.bottom
  );
}

/** The part that scrolls. */
export function DialogBody({ className, ...props }: ComponentProps<"div">) {
  return (
    // `relative`, or what is placed absolutely inside (text for screen readers) would lengthen the dialog
    // itself, which then scrolls.
    <div
      className={cn("relative min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5 sm:px-6", className)}
      {...props}
    />
  );
}

export function DialogFooter({ className, ...props }: ComponentProps<"footer">) {
  return (
    <footer
      className={cn(
        "flex flex-col-reverse gap-2 border-t bg-surface px-5 py-4 sm:flex-row sm:items-center sm:justify-end sm:px-6",
        className,
      )}
      {...props}
    />
  );
}
