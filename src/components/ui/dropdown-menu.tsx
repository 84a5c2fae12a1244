"use client";

import { Check } from "lucide-react";
import {
  type ComponentProps,
  cloneElement,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  use,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { cn } from "@/lib/cn";
import { placeBeside } from "./place-beside";

/*
 * A menu button after the ARIA Authoring Practices (menu button pattern), on the browser's popover: it lives
 * in the top layer, so no pane clips it and no portal is needed, and a click elsewhere closes it. The usual
 * library brings a positioning engine, a scroll lock with an injected <style> and some 30 kB to a header that
 * is on every page.
 */

const MenuContext = createContext<{ close: () => void } | null>(null);

interface TriggerProps {
  ref?: React.Ref<HTMLButtonElement>;
  id?: string;
  onClick?: () => void;
  onKeyDown?: (event: KeyboardEvent<HTMLButtonElement>) => void;
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
  "aria-controls"?: string;
}

/**
 * @param trigger one button element that passes `ref` and DOM props on; its accessible name also names the
 *   menu
 * @param align which edge of the trigger the menu lines up with
 * @param children `DropdownMenuItem`, `DropdownMenuLink`, `DropdownMenuLabel`, `DropdownMenuSeparator`
 */
export function DropdownMenu({
  trigger,
  align = "start",
  className,
  children,
}: {
  trigger: ReactElement<TriggerProps>;
  align?: "start" | "end";
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", at: 0 });

  const context = useMemo(() => ({ close: () => menu.current?.hidePopover() }), []);

  useEffect(() => {
    if (!open) return undefined;
    const place = () => {
      if (button.current && menu.current) placeBeside(button.current, menu.current, { align });
    };
    place();
    window.addEventListener("resize", place);
    window.addEventListener("scroll", place, true);
    return () => {
      window.removeEventListener("resize", place);
      window.removeEventListener("scroll", place, true);
    };
  }, [open, align]);

  function items(): HTMLElement[] {
    return [
      ...(menu.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])') ??
        []),
    ];
  }

  function show(focus: "first" | "last") {
    const element = menu.current;
    if (!element || !button.current) return;
    element.showPopover();
    placeBeside(button.current, element, { align });
    const list = items();
    (focus === "first" ? list.at(0) : list.at(-1))?.focus();
  }

  function hideAndReturnFocus() {
    menu.current?.hidePopover();
    button.current?.focus();
  }

  function onMenuKey(event: KeyboardEvent<HTMLDivElement>) {
    const list = items();
    const current = list.findIndex((item) => item === document.activeElement);
    const step = (target: HTMLElement | undefined) => {
      event.preventDefault();
      target?.focus();
    };
    if (event.key === "ArrowDown") step(list[(current + 1) % list.length]);
    else if (event.key === "ArrowUp") step(list.at(current <= 0 ? -1 : current - 1));
    else if (event.key === "Home") step(list.at(0));
    else if (event.key === "End") step(list.at(-1));
    else if (event.key === "Escape") {
      // Not propagated: a dialog around the menu stays open.
      event.preventDefault();
      event.stopPropagation();
      hideAndReturnFocus();
    } else if (event.key === "Tab") hideAndReturnFocus();
    else if (
      event.key.length === 1 &&
      event.key !== " " &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey
    ) {
      const now = event.timeStamp;
      const text = (now - typed.current.at < 500 ? typed.current.text : "") + event.key.toLowerCase();
      typed.current = { text, at: now };
      const from = text.length === 1 ? current + 1 : Math.max(current, 0);
      const ordered = [...list.slice(from), ...list.slice(0, from)];
      step(ordered.find((item) => item.textContent?.trim().toLowerCase().startsWith(text)));
    }
  }

  return (
    <MenuContext value={context}>
      {cloneElement(trigger, {
        ref: button,
        id: `${id}-trigger`,
        "aria-haspopup": "menu",
        "aria-expanded": open,
        "aria-controls": `${id}-menu`,
        // The browser's own light dismiss has closed an open menu before this click arrives, and with
        // `popovertarget` it knows that the click was on the invoker.
        ...({ popoverTarget: `${id}-menu` } as object),
        onKeyDown: (event: KeyboardEvent<HTMLButtonElement>) => {
          // Not left to the click that Enter and Space trigger: the browser reports that opening a moment
          // later, and a letter typed meanwhile would miss the menu.
          if (["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key)) {
            event.preventDefault();
            show(event.key === "ArrowUp" ? "last" : "first");
          }
        },
      })}
      <div
        ref={menu}
        id={`${id}-menu`}
        role="menu"
        tabIndex={-1}
        aria-labelledby={`${id}-trigger`}
        popover="auto"
        onBeforeToggle={(event) => {
          if (event.target !== event.currentTarget) return;
          typed.current = { text: "", at: 0 };
          if (event.newState === "closed") {
            // Focus inside the menu returns to the button, not to <body>.
            if (menu.current?.contains(document.activeElement)) button.current?.focus();
          }
        }}
        onToggle={(event) => {
          if (event.target !== event.currentTarget) return;
          const opened = event.newState === "open";
          setOpen(opened);
          if (opened && !menu.current?.contains(document.activeElement)) items().at(0)?.focus();
        }}
        onKeyDown={onMenuKey}
        className={cn(
          "fixed inset-auto m-0 max-h-[min(24rem,80dvh)] max-w-[calc(100vw-1rem)] min-w-52 overflow-y-auto overscroll-contain rounded-lg border bg-surface-raised p-1 text-text shadow-md outline-none open:animate-fade",
          className,
        )}
      >
        {children}
      </div>
    </MenuContext>
  );
}

const itemClasses =
  "flex min-h-8 w-full items-center gap-2.5 rounded-sm px-2 py-1.5 text-left text-sm outline-none pointer-coarse:min-h-10 hover:bg-surface-hover focus:bg-surface-hover aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-text-muted";

function useMenu(part: string) {
  const menu = use(MenuContext);
  if (!menu) throw new Error(`${part} must stand inside a DropdownMenu.`);
  return menu;
}

export function DropdownMenuItem({
  className,
  variant = "default",
  disabled = false,
  onSelect,
  children,
}: {
  className?: string;
  variant?: "default" | "danger";
  disabled?: boolean;
  /**
   * Runs after the menu has closed and the focus is back on its button, so that a dialog opened here returns
   * it there.
   */
  onSelect: () => void;
  children: ReactNode;
}) {
  const { close } = useMenu("DropdownMenuItem");
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabled || undefined}
      onClick={() => {
        if (disabled) return;
        close();
        onSelect();
      }}
      className={cn(
        itemClasses,
        variant === "danger" &&
          "text-danger-text hover:bg-danger-soft focus:bg-danger-soft [&_svg]:text-danger-text",
        className,
      )}
    >
      {children}
    </button>
  );
}

/** An item that navigates: `children` is one `Link`. */
export function DropdownMenuLink({ children }: { children: ReactElement<ComponentProps<"a">> }) {
  const { close } = useMenu("DropdownMenuLink");
  return cloneElement(children, {
    role: "menuitem",
    tabIndex: -1,
    className: cn(itemClasses, children.props.className),
    onClick: close,
  });
}

/** A radio item; `checked` marks the chosen one. */
export function DropdownMenuRadioItem({
  checked,
  onSelect,
  className,
  children,
}: {
  checked: boolean;
  onSelect: () => void;
  className?: string;
  children: ReactNode;
}) {
  const { close } = useMenu("DropdownMenuRadioItem");
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={checked}
      tabIndex={-1}
      onClick={() => {
        close();
        onSelect();
      }}
      className={cn(itemClasses, className)}
    >
      {children}
      <Check aria-hidden className={cn("ml-auto", checked ? "text-accent-text!" : "invisible")} />
    </button>
  );
}

export function DropdownMenuLabel({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      role="presentation"
      className={cn("px-2 pt-2 pb-1 text-xs font-medium text-text-muted", className)}
      {...props}
    />
  );
}

export function DropdownMenuSeparator() {
  return <hr className="-mx-1 my-1 border-t" />;
}
