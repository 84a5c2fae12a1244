"use client";

import { X } from "lucide-react";
import {
  type ComponentProps,
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { cn } from "@/lib/cn";
import { Button } from "./button";

/*
 * Built on the browser's own <dialog>: focus containment, an inert page behind, the top layer, Escape and the
 * return of focus come with it. A library would add about 12 kB to every page and put a <style> element into the
 * document, which our Content-Security-Policy refuses.
 */

interface DialogState {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  titleId: string;
  descriptionId: string;
  /** Whether a description stands there: a reference to one that does not is an error to checkers and readers. */
  isDescribed: boolean;
  setDescribed: (isDescribed: boolean) => void;
}
const DialogContext = createContext<DialogState | null>(null);

function useDialog(part: string): DialogState {
  const state = useContext(DialogContext);
  if (!state) throw new Error(`${part} must stand inside a Dialog.`);
  return state;
}

/** A modal dialog, always controlled: `open` says whether it shows, `onOpenChange(false)` asks to close it. */
export function Dialog({
  open,
  onOpenChange,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
}) {
  const id = useId();
  const [isDescribed, setDescribed] = useState(false);
  const state = useMemo(
    () => ({
      open,
      onOpenChange,
      titleId: `${id}-title`,
      descriptionId: `${id}-description`,
      isDescribed,
      setDescribed,
    }),
    [open, onOpenChange, id, isDescribed],
  );
  return <DialogContext value={state}>{children}</DialogContext>;
}

type DialogContentProps = Omit<ComponentProps<"dialog">, "open"> & {
  /** Gets the focus when the dialog opens; otherwise the first control does. */
  initialFocus?: RefObject<HTMLElement | null>;
  /** `false` for a question that must be answered: a click beside the dialog does nothing and there is no ✕. */
  dismissible?: boolean;
};

/**
 * The dialog itself; mounted only while open, so a form inside starts fresh each time.
 * Needs a `DialogTitle`, may have a `DialogDescription`. On a phone it is a sheet at the
 * bottom edge. Content taller than the window scrolls inside `DialogBody`.
 */
export function DialogContent(props: DialogContentProps) {
  const { open } = useDialog("DialogContent");
  return open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ className, initialFocus, dismissible = true, children, ...props }: DialogContentProps) {
  const { onOpenChange, titleId, descriptionId, isDescribed } = useDialog("DialogContent");
  const element = useRef<HTMLDialogElement>(null);
  const pressedOnBackdrop = useRef(false);

  useLayoutEffect(() => {
    const dialog = element.current;
    if (!dialog) return undefined;
    const unlock = lockPageScroll();
    dialog.showModal();
    initialFocus?.current?.focus();
    // Closed before React removes the element, or the browser would not give the focus back.
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
      aria-labelledby={titleId}
      aria-describedby={isDescribed ? descriptionId : undefined}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onOpenChange(false);
      }}
      onClose={(event) => {
        // Chromium closes without a cancelable `cancel` on the second Escape. `open` is true when React's
        // development double-mount has closed and reopened us before this event arrived.
        if (event.target === event.currentTarget && !event.currentTarget.open) onOpenChange(false);
      }}
      onPointerDown={(event) => {
        pressedOnBackdrop.current = dismissible && isOutside(event);
      }}
      onClick={(event) => {
        // Both press and release outside: selecting text and letting go beside the dialog must not close it.
        if (pressedOnBackdrop.current && isOutside(event)) onOpenChange(false);
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
      {children}
      {dismissible ? (
        // Last in the document, so that the first control of the content gets the focus.
        <Button
          variant="ghost"
          size="icon"
          aria-label="Close"
          className="absolute top-3 right-3"
          onClick={() => onOpenChange(false)}
        >
          <X aria-hidden />
        </Button>
      ) : null}
    </dialog>
  );
}

/**
 * globals.css stops the page behind a modal dialog from scrolling. Where the scroll bar takes room, its room is kept,
 * or the page would jump sideways; where there is none, none is made.
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

export function DialogHeader({ className, ...props }: ComponentProps<"header">) {
  return <header className={cn("grid gap-1 px-5 pt-5 pr-14 pb-4 sm:px-6 sm:pt-6", className)} {...props} />;
}

export function DialogTitle({ className, children, ...props }: ComponentProps<"h2">) {
  const { titleId } = useDialog("DialogTitle");
  return (
    <h2 id={titleId} className={cn("text-lg font-semibold tracking-[-0.01em]", className)} {...props}>
      {children}
    </h2>
  );
}

export function DialogDescription({ className, ...props }: ComponentProps<"p">) {
  const { descriptionId, setDescribed } = useDialog("DialogDescription");
  useLayoutEffect(() => {
    setDescribed(true);
    return () => setDescribed(false);
  }, [setDescribed]);
  return <p id={descriptionId} className={cn("text-sm text-text-muted", className)} {...props} />;
}

/** The part that scrolls. */
export function DialogBody({ className, ...props }: ComponentProps<"div">) {
  return (
    // `relative`, or what is placed absolutely inside (text for screen readers) would lengthen the dialog itself, which then scrolls.
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
