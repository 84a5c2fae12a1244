import type { Locator, Page } from "@playwright/test";
import type { KeyBehaviour } from "../../demo/stand-in/key-behaviours";
import { expectAccessible, expectNoSidewaysScroll } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { saveKeyQuietly } from "./support/saved-keys";
import { workspace } from "./support/workspace";

let projectId: string;
test.beforeEach(async ({ page, signUp, createProject }) => {
  await signUp(page);
  projectId = await createProject(page);
});

interface StandIn {
  newKey: (behaviour?: KeyBehaviour) => Promise<string>;
}

/** Opens the project with a key "Work" that fails in the given way, chosen to pay. @returns the key */
async function openWithKey(
  page: Page,
  baseURL: string | undefined,
  standIn: StandIn,
  behaviour: KeyBehaviour,
): Promise<string> {
  const apiKey = await standIn.newKey(behaviour);
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey, label: "Work" });
  await workspace(page).open(projectId);
  await workspace(page).choose("Haiku (personal key)");
  return apiKey;
}

/** Lets each limit last for 85 seconds, so that a slow machine does not outlast it. */
async function lengthenLimits(page: Page): Promise<void> {
  await page.route("**/api/mastra/codegen*", async (route) => {
    const response = await route.fetch();
    const retryAt = new Date(Date.now() + 85_000).toISOString();
    const body = (await response.text()).replaceAll(/"retryAt":"[^"]+"/g, `"retryAt":"${retryAt}"`);
    await route.fulfill({ response, body });
  });
}

function button(failed: Locator, name: string | RegExp): Locator {
  return failed.getByRole("button", { name });
}

async function namesOfClicks(failed: Locator): Promise<string[]> {
  return failed.getByRole("button").or(failed.getByRole("link")).filter({ hasText: /\w/ }).allInnerTexts();
}

test("a key the provider refuses: update it, or switch to another", async ({ page, standIn, baseURL }) => {
  await openWithKey(page, baseURL, standIn, "invalid");
  const { ask, modal } = workspace(page);
  const failed = await ask("say: hello");
  await expect(failed.getByRole("alert")).toContainText("Anthropic does not accept your API key “Work”");
  await button(failed, "Switch key").click();
  await expect(modal.getByRole("tab", { name: "Model Selection" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await button(failed, "Update key").click();
  await expect(modal.getByRole("tab", { name: "API Keys" })).toHaveAttribute("aria-selected", "true");
});

test("no credit: the provider's billing page is a real link that opens beside the chat", async ({
  page,
  standIn,
  baseURL,
}) => {
  await openWithKey(page, baseURL, standIn, "no-credit");
  const failed = await workspace(page).ask("say: hello");
  await expect(failed.getByRole("alert")).toContainText("no credit left");
  const link = failed.getByRole("link", { name: "Add credit (opens in a new tab)" });
  await expect(link).toHaveAttribute("href", "https://console.anthropic.com/settings/billing");
  await expect(link).toHaveAttribute("target", "_blank");
  await expect(link).toHaveAttribute("rel", /noopener/);
  await expect(button(failed, "Switch key")).toBeVisible();
  await expectAccessible(page, "no credit");
});

test("a limit counts down, takes no click before its end, and is not read out every second", async ({
  page,
  standIn,
  baseURL,
}) => {
  await page.clock.install();
  await lengthenLimits(page);
  const key = await openWithKey(page, baseURL, standIn, "rate-limited");
  const { ask, messages } = workspace(page);
  const failed = await ask("say: slowly");
  const retry = button(failed, "Try again");
  await expect(retry).toHaveText(/^Try again in [1-8]?\d s$/);
  await expect(retry).toHaveAttribute("aria-disabled", "true");
  await expect(retry, "the seconds are no part of its name").toHaveAccessibleName("Try again");
  await expect(retry).toHaveAccessibleDescription(/^Possible again at /);
  await expect(failed.getByRole("alert")).not.toContainText(/in \d+ s\b/);
  await expectAccessible(page, "waiting");
  const before = (await standIn.journal({ key })).length;
  await retry.click({ force: true });
  await expect(messages, "nothing was sent").toHaveCount(2);
  expect((await standIn.journal({ key })).length).toBe(before);

  await page.clock.fastForward(86_000);
  await expect(retry).toHaveText("Try again");
  await expect(retry).not.toHaveAttribute("aria-disabled", "true");
  await expect(failed.getByRole("status").filter({ hasText: "You can try again now." })).toBeAttached();
  await retry.click();
  await expect.poll(async () => (await standIn.journal({ key })).length).toBe(before + 1);
  // Its answer is on the way through the route above.
  await page.unrouteAll({ behavior: "wait" });
});

test("with another model or key chosen, the same question is one click away and does not wait", async ({
  page,
  standIn,
  baseURL,
}) => {
  await lengthenLimits(page);
  await openWithKey(page, baseURL, standIn, "rate-limited");
  const { ask, choose, answered, messages } = workspace(page);
  const failed = await ask("say: at once");
  await expect(button(failed, "Try again")).toHaveAttribute("aria-disabled", "true");
  await choose("Haiku (platform key)");
  const retry = button(failed, "Try again with Haiku, platform key");
  await expect(retry).toBeEnabled();
  expect((await namesOfClicks(failed))[0]).toBe("Try again with Haiku, platform key");
  await retry.click();
  await expect(messages.last()).toContainText("at once");
  await expect(await answered()).toContainText("Haiku · platform key");
  await expect(messages).toHaveCount(2);
});

test("a model the key may not use leads to another model", async ({ page, standIn, baseURL }) => {
  await openWithKey(page, baseURL, standIn, "model-not-allowed");
  const { choose, ask } = workspace(page);
  await choose("Opus (personal key)");
  const failed = await ask("say: opus");
  await expect(button(failed, "Switch model")).toBeVisible();
  await choose("Haiku (personal key)");
  await button(failed, /^Try again with Haiku/).click();
  await expect(workspace(page).messages.last()).toContainText("opus");
});

test("a conversation that is too long leads to a new thread", async ({ page, standIn, baseURL }) => {
  await openWithKey(page, baseURL, standIn, "context-too-long");
  const { ask, messages } = workspace(page);
  const failed = await ask("say: too long");
  await expect(failed.getByRole("alert")).toContainText("longer than the model can read");
  await expect(button(failed, "Switch model")).toBeVisible();
  await button(failed, "Start a new thread").click();
  await expect(messages).toHaveCount(0);
  await expect(page).not.toHaveURL(/thread=/);
});

test("what had arrived before a failure stays, and the rest can be asked for", async ({
  page,
  standIn,
  baseURL,
}) => {
  await openWithKey(page, baseURL, standIn, "mid-stream-error");
  const { ask, messages } = workspace(page);
  const failed = await ask("long: 60");
  await expect(failed).toContainText("a workspace keeps");
  await expect(failed.getByRole("alert")).toContainText("overloaded");
  await expect(button(failed, "Try again")).toBeVisible();
  await page.reload();
  await expect(messages.last()).toContainText("a workspace keeps");
  await expect(button(messages.last(), "Try again")).toBeVisible();
  await expect(messages.last().getByRole("alert"), "an old failure is not read out again").toHaveCount(0);
});

test("a failure further up keeps its sentence and its links, but no longer asks again", async ({
  page,
  standIn,
  baseURL,
}) => {
  await openWithKey(page, baseURL, standIn, "no-credit");
  const { ask, choose, messages } = workspace(page);
  await ask("say: broke");
  await choose("Haiku (platform key)");
  await ask("say: next");
  const failed = messages.nth(1);
  await expect(failed).toContainText("no credit left");
  await expect(failed.getByRole("link", { name: /^Add credit/ })).toBeVisible();
  await expect(button(failed, "Try again")).toHaveCount(0);
});

test("a key that was refused is marked where it is chosen, and may still be used", async ({
  page,
  standIn,
  baseURL,
}) => {
  const key = await openWithKey(page, baseURL, standIn, "invalid");
  const { ask, triggers, modal, openModal } = workspace(page);
  await ask("say: hello");
  const name = `Model: Haiku, your key Work ···${key.slice(-4)}. Change model`;
  for (const trigger of await triggers.all()) {
    await expect(trigger).toHaveAccessibleName(name);
    await expect(trigger).toHaveAccessibleDescription(/^Your key was recently rejected/);
  }
  await openModal("Model Selection");
  const own = modal.getByRole("group", { name: /^Work/ });
  await expect(own.getByText("Recently rejected")).toBeVisible();
  await expect(own.getByRole("radio", { name: "Haiku (personal key)" })).toBeEnabled();
  await expectAccessible(page, "a refused key in the picker");
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(triggers.first()).toHaveAccessibleDescription(/^Your key was recently rejected/);
});

for (const [width, colorScheme] of [
  [390, "light"],
  [390, "dark"],
  [1280, "light"],
  [1280, "dark"],
] as const) {
  test(`failures are accessible and fit, ${width} px, ${colorScheme}`, async ({ page, standIn, baseURL }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await openWithKey(page, baseURL, standIn, "rate-limited");
    const { ask, choose } = workspace(page);
    await ask("say: waiting");
    await expectAccessible(page, "waiting");
    await choose("Haiku (platform key)");
    await expectAccessible(page, "with another choice");
    await expectNoSidewaysScroll(page, "with another choice");
  });
}
