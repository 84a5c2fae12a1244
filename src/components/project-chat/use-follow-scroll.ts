import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** This close to the end counts as being at the end. */
const AT_END_PX = 40;

/** What a click can open or close; keyboards click too. */
const TOGGLES = "summary, button";

/**
 * Keeps the end of a growing conversation in view while the reader is at the end. Scrolling up stops it at
 * once; scrolling back to the end, or `jumpToEnd`, resumes it. What the reader opens or closes stays where it
 * is on the screen: growth that a click causes is not followed.
 */
export function useFollowScroll(): {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  isFollowing: boolean;
  jumpToEnd: () => void;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [isFollowing, setIsFollowing] = useState(true);

  const follow = useCallback((value: boolean) => {
    following.current = value;
    setIsFollowing(value);
  }, []);

  const jumpToEnd = useCallback(() => {
    follow(true);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [follow]);

  // Before the first paint, so that a restored conversation does not visibly jump to its end.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (!box || !inner) return;
    let lastTop = box.scrollTop;
    const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight <= AT_END_PX;
    const onScroll = () => {
      // Only an upward move is the reader's; the content growing below never lowers scrollTop.
      if (isAtEnd()) follow(true);
      else if (box.scrollTop < lastTop) follow(false);
      lastTop = box.scrollTop;
    };
    let toggled: { element: Element; top: number } | null = null;
    const onClick = ({ target }: MouseEvent) => {
      const element = target instanceof Element ? target.closest(TOGGLES) : null;
      if (!element) return;
      const mine = { element, top: element.getBoundingClientRect().top };
      toggled = mine;
      // Its effect is laid out with the next frame or the one after it.
      requestAnimationFrame(() => {
        requestAnimationFrame(() => {
          if (toggled === mine) toggled = null;
        });
      });
    };
    const observer = new ResizeObserver(() => {
      if (toggled) {
        if (toggled.element.isConnected)
          box.scrollTop += toggled.element.getBoundingClientRect().top - toggled.top;
        follow(isAtEnd());
        lastTop = box.scrollTop;
      } else if (following.current) box.scrollTop = box.scrollHeight;
    });
    inner.addEventListener("click", onClick, { capture: true });
    observer.observe(inner);
    // The composer grows with a long message, and the box shrinks with it.
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
      inner.removeEventListener("click", onClick, { capture: true });
    };
  }, [follow]);

  return { scroller, content, isFollowing, jumpToEnd };
}
