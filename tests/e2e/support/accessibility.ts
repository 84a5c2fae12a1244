import type { Page } from "@playwright/test";
import axe from "axe-core";
import { expect } from "./fixtures";

const WIDE = 1280;
/** The narrowest window the product is made for. */
const NARROW = 360;
const HEIGHT = 800;

/**
 * Fails with the rule and the elements that break it. Every rule of axe counts in light colours, best
 * practices included; in dark ones those about colours, as nothing else changes with them.
 */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await expectNoViolations(page, "light", `${what}, light`);
  await expectNoViolations(page, "dark", `${what}, dark`);
  await page.emulateMedia({ colorScheme: null });
}

/**
 * As `expectAccessible`, in a wide window and in a narrow one, where nothing may stick out to the right
 * either.
 */
export async function expectAccessibleAndFits(page: Page, what: string): Promise<void> {
  for (const width of [NARROW, WIDE]) {
    await page.setViewportSize({ width, height: HEIGHT });
    await expectNoSidewaysScroll(page, `${what}, ${width} px`);
    await expectAccessible(page, `${what}, ${width} px`);
  }
}

/** Nothing sticks out to the right: the page scrolls up and down only. */
export async function expectNoSidewaysScroll(page: Page, what: string): Promise<void> {
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(excess, what).toBe(0);
}

async function expectNoViolations(page: Page, colorScheme: "light" | "dark", what: string): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(axe.source);
    // Else the other colours come one element after the other, each with the transition of what it inherits
    // from.
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("*, ::before, ::after { transition: none !important; }");
      document.adoptedStyleSheets.push(sheet);
    });
  }
  await page.emulateMedia({ colorScheme });
  const found = await page.evaluate(async (onlyColours) => {
    // What fades in has less contrast than it will have. One that is cancelled, because its element is gone,
    // has ended too.
    const finite = document
      .getAnimations()
      .filter(
        ({ playState, effect }) =>
          playState === "running" && Number.isFinite(Number(effect?.getComputedTiming().endTime)),
      );
    await Promise.allSettled(finite.map(({ finished }) => finished));
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run({
      resultTypes: ["violations"],
      ...(onlyColours ? { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } } : {}),
    });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      at: nodes.map(({ html }) => html.slice(0, 200)),
    }));
  }, colorScheme === "dark");
  expect(found, what).toEqual([]);
}
