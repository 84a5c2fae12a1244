import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { DemoBanner } from "@/components/app-shell/demo-banner";
import { environment } from "@/lib/env.server";
import { parseTheme, THEME_COLORS, THEME_COOKIE, type Theme } from "@/lib/theme";
import "./globals.css";

/**
 * The face of titles, served by ourselves: what a system has for a serif differs too much. SIL Open Font
 * License; Latin letters, other scripts fall back to the system.
 */
const titleFace = localFont({
  src: "../../node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2",
  weight: "200 900",
  variable: "--font-title",
  adjustFontFallback: "Times New Roman",
});

export const metadata: Metadata = {
  title: { default: "Orchestral", template: "%s · Orchestral" },
  description:
    "A self-hosted AI coding workspace where you choose, message by message, whose key pays and which model answers.",
  applicationName: "Orchestral",
  // A private workspace has nothing for search engines; nor should a phone turn numbers into telephone links.
  robots: { index: false, follow: false },
  formatDetection: { telephone: false, email: false, address: false },
};

/**
 * Reading a cookie also makes every page dynamic, which the per-request nonce of the security policy
 * requires.
 */
async function chosenTheme(): Promise<Theme> {
  return parseTheme((await cookies()).get(THEME_COOKIE)?.value);
}

export async function generateViewport(): Promise<Viewport> {
  const theme = await chosenTheme();
  return {
    width: "device-width",
    initialScale: 1,
    colorScheme: theme === "system" ? "light dark" : theme,
    themeColor:
      theme === "system"
        ? [
            { media: "(prefers-color-scheme: light)", color: THEME_COLORS.light },
            { media: "(prefers-color-scheme: dark)", color: THEME_COLORS.dark },
          ]
        : THEME_COLORS[theme],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await chosenTheme();
  return (
    <html lang="en" className={titleFace.variable} data-theme={theme === "system" ? undefined : theme}>
      <body>
        <a
          href="#main"
          className="sr-only rounded-md bg-accent px-4 py-2 text-sm font-medium text-accent-contrast shadow-md focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:px-4 focus:py-2"
        >
          Skip to the content
        </a>
        {environment().ORCHESTRAL_DEMO ? <DemoBanner /> : null}
        {children}
      </body>
    </html>
  );
}
