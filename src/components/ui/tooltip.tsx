"use client";

import { cloneElement, type ReactElement, useEffect, useId, useRef } from "react";
import { placeBeside } from "./place-beside";

const OPEN_DELAY_MS = 500;
/** Long enough to move the pointer from the control onto the tip (WCAG 1.4.13, hoverable). */
const CLOSE_DELAY_MS = 120;

/**
 * A few words about a control, on hover and on keyboard focus. It describes; the control's name is its own
 * (`aria-label` on an icon button). `children` is one element that passes DOM props on.
 * On touch nothing shows: do not put anything here that is needed.
 */
export function Tooltip({
  content,
  side = "bottom",
  describes = true,
  children,
}: {
  content: string;
  side?: "top" | "bottom";
  /** `false` when the tip repeats the control's name, so that it is not read twice. */
  describes?: boolean;
  children: ReactElement<{ "aria-describedby"?: string | undefined }>;
}) {
  const id = useId();
  const tip = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function schedule(action: () => void, delay: number) {
    clearTimeout(timer.current);
    timer.current = setTimeout(action, delay);
  }
  function show(anchor: HTMLElement) {
    const element = tip.current;
    if (!element || !anchor.isConnected) return;
    element.showPopover();
    placeBeside(anchor, element, { side, align: "center" });
  }
  function hide() {
    clearTimeout(timer.current);
    if (tip.current?.matches(":popover-open")) tip.current.hidePopover();
  }

  return (
    <>
      {/* The wrapper only listens to what bubbles up from the control; it takes no part in the layout. */}
      <span
        role="presentation"
        className="contents"
        onPointerOver={(event) => {
          const anchor = event.currentTarget.firstElementChild;
          if (event.pointerType === "touch" || !(anchor instanceof HTMLElement)) return;
          if (!tip.current?.matches(":popover-open")) schedule(() => show(anchor), OPEN_DELAY_MS);
          else clearTimeout(timer.current);
        }}
        onPointerOut={() => schedule(hide, CLOSE_DELAY_MS)}
        onPointerDown={hide}
        onFocus={(event) => {
          if (event.target.matches(":focus-visible")) show(event.target);
        }}
        onBlur={hide}
        onKeyDown={(event) => {
          if (event.key === "Escape") hide();
        }}
      >
        {describes
          ? cloneElement(children, { "aria-describedby": children.props["aria-describedby"] ?? id })
          : children}
      </span>
      <span
        ref={tip}
        id={id}
        role="tooltip"
        popover="manual"
        onPointerEnter={() => clearTimeout(timer.current)}
        onPointerLeave={() => schedule(hide, CLOSE_DELAY_MS)}
        className="fixed inset-auto m-0 max-w-64 animate-fade rounded-sm border-0 bg-text px-2 py-1 text-xs font-medium text-background shadow-md"
      >
        {content}
      </span>
    </>
  );
}
