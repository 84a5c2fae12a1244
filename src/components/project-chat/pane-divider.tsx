import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { FILES_WIDTH, nearestWidth } from "./workspace-panes";

/** How far an arrow key moves it, in per cent. */
const STEP = 2;

/**
 * The line between chat and files, which can be dragged, and moved with the arrow keys (window splitter of
 * the ARIA Authoring Practices). Enter or a double click restores the usual width.
 *
 * @param onResize called with each width on the way
 * @param onResized called with the last one
 */
export function PaneDivider({
  width,
  onResize,
  onResized,
}: {
  width: number;
  onResize: (percent: number) => void;
  onResized: (percent: number) => void;
}) {
  const dragged = useRef<number>(null);

  function widthAt(event: PointerEvent<HTMLElement>): number {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    return box && box.width > 0 ? nearestWidth(((box.right - event.clientX) / box.width) * 100) : width;
  }

  function endDrag() {
    if (dragged.current === null) return;
    onResized(dragged.current);
    dragged.current = null;
  }

  function onKeyDown(event: KeyboardEvent) {
    const moved = {
      ArrowLeft: width + STEP,
      ArrowRight: width - STEP,
      Home: FILES_WIDTH.most,
      End: FILES_WIDTH.least,
      Enter: FILES_WIDTH.usual,
    }[event.key];
    if (moved === undefined) return;
    event.preventDefault();
    onResized(nearestWidth(moved));
  }

  return (
    // A separator that can be moved is a widget (ARIA 1.2, separator).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the files"
      aria-controls="files-view"
      aria-valuemin={FILES_WIDTH.least}
      aria-valuemax={FILES_WIDTH.most}
      aria-valuenow={width}
      aria-valuetext={`${width} %`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={onKeyDown}
      onDoubleClick={() => onResized(FILES_WIDTH.usual)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // No text is selected on the way.
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = width;
      }}
      onPointerMove={(event) => {
        if (dragged.current === null) return;
        dragged.current = widthAt(event);
        onResize(dragged.current);
      }}
      onPointerUp={endDrag}
      onPointerCancel={endDrag}
      className="relative z-1 w-px shrink-0 cursor-col-resize touch-none bg-border outline-none before:absolute before:inset-y-0 before:-inset-x-1.5 after:absolute after:inset-y-0 after:-inset-x-px after:transition-colors after:duration-100 hover:after:bg-border-strong focus-visible:after:bg-ring max-lg:hidden"
    />
  );
}
