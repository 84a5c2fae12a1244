import { type RefObject, useEffect } from "react";

/**
 * Stops the answer when Escape is pressed in the chat, or with the focus nowhere. Whatever else Escape closes
 * (a dialog, a menu, an editor, a word an input method composes) comes first.
 */
export function useStopOnEscape(
  isActive: boolean,
  chat: RefObject<HTMLElement | null>,
  onStop: () => void,
): void {
  useEffect(() => {
    if (!isActive) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open], :popover-open")) return;
      const { target } = event;
      if (target !== document.body && !(target instanceof Node && chat.current?.contains(target))) return;
      event.preventDefault();
      onStop();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [isActive, chat, onStop]);
}
