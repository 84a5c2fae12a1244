"use client";

import { Monitor, Moon, Sun, SunMoon } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuLabel, DropdownMenuRadioItem } from "@/components/ui/dropdown-menu";
import { chooseTheme, parseTheme, type Theme } from "@/lib/theme";

const CHOICES: { theme: Theme; label: string; icon: typeof Sun }[] = [
  { theme: "system", label: "System", icon: Monitor },
  { theme: "light", label: "Light", icon: Sun },
  { theme: "dark", label: "Dark", icon: Moon },
];

/** <html data-theme> is the only state of the choice while the page is open. */
function subscribe(onChange: () => void) {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** The three choices, for the theme menu and for the profile menu of a narrow screen. */
export function ThemeItems() {
  const theme = useSyncExternalStore<Theme | null>(
    subscribe,
    () => parseTheme(document.documentElement.dataset.theme),
    () => null,
  );
  return CHOICES.map(({ theme: choice, label, icon: Icon }) => (
    <DropdownMenuRadioItem key={choice} checked={theme === choice} onSelect={() => chooseTheme(choice)}>
      <Icon aria-hidden />
      {label}
    </DropdownMenuRadioItem>
  ));
}

export function ThemeMenu({ className }: { className?: string }) {
  return (
    <DropdownMenu
      align="end"
      className="min-w-40"
      trigger={
        <Button variant="ghost" size="icon" aria-label="Theme" className={className}>
          <SunMoon aria-hidden />
        </Button>
      }
    >
      <DropdownMenuLabel>Theme</DropdownMenuLabel>
      <ThemeItems />
    </DropdownMenu>
  );
}
