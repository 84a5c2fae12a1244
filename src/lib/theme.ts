/** A person's theme setting; `system` follows `prefers-color-scheme` and is the default. */
export type Theme = "system" | "light" | "dark";

export const THEME_COOKIE = "theme";
const ONE_YEAR_SECONDS = 60 * 60 * 24 * 365;

/** The page backgrounds of globals.css, for the browser UI around the page. */
export const THEME_COLORS = { light: "#faf9f6", dark: "#131210" } as const;

/**
 * Reads the value of the `theme` cookie. The server does this while it renders <html>, so the page never
 * shows the wrong theme first and no inline script is needed.
 */
export function parseTheme(value: string | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}

/** Applies the theme to the open page and stores it in a cookie. Browser only. */
export function chooseTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme === "system" ? 0 : ONE_YEAR_SECONDS;
  document.cookie = `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}
