import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/**
 * Saves a key past the page, for tests of what comes after; the page learns of it when it is loaded next.
 *
 * @returns its id
 */
export async function saveKeyQuietly(
  page: Page,
  baseURL: string | undefined,
  key: { provider: string; apiKey: string; label?: string; baseUrl?: string; sessionOnly?: boolean },
): Promise<string> {
  const answer = await page.request.post("/api/v1/user/ai-keys", {
    data: key,
    headers: { origin: baseURL ?? "" },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}
