/**
 * Distance in CSS pixels between the anchor and the floating box, and between the box and the window's edge.
 */
const GAP = 6;
const EDGE = 8;

/**
 * Puts a box that is already displayed in the top layer (`popover`, `position: fixed`) beside its anchor:
 * below it, or above when there is more room, and always inside the window.
 *
 * Set through the CSSOM because our Content-Security-Policy blocks style attributes.
 */
export function placeBeside(
  anchor: HTMLElement,
  box: HTMLElement,
  { side = "bottom", align = "start" }: { side?: "top" | "bottom"; align?: "start" | "center" | "end" } = {},
): void {
  const from = anchor.getBoundingClientRect();
  const width = box.offsetWidth;
  const height = box.offsetHeight;
  const { clientWidth, clientHeight } = document.documentElement;

  const roomBelow = clientHeight - from.bottom - GAP - EDGE;
  const roomAbove = from.top - GAP - EDGE;
  const above =
    side === "top"
      ? roomAbove >= height || roomAbove > roomBelow
      : roomBelow < height && roomAbove > roomBelow;

  const wantedLeft =
    align === "start"
      ? from.left
      : align === "end"
        ? from.right - width
        : from.left + (from.width - width) / 2;
  const wantedTop = above ? from.top - GAP - height : from.bottom + GAP;
  box.style.left = `${Math.round(Math.max(EDGE, Math.min(wantedLeft, clientWidth - width - EDGE)))}px`;
  box.style.top = `${Math.round(Math.max(EDGE, Math.min(wantedTop, clientHeight - height - EDGE)))}px`;
}
