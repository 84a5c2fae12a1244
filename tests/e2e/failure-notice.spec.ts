import type { Locator, Page } from "@playwright/test";
import type { KeyBehaviour } from "../../demo/stand-in/key-behaviours";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
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

test.describe("with a clock of its own", () => {
  test.use({ ownContext: true });

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
    // Its answer is still in the route above.
    await page.unrouteAll({ behavior: "wait" });
  });
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
  await expectAccessibleAndFits(page, "waiting");
  await choose("Haiku (platform key)");
  const retry = button(failed, "Try again with Haiku, platform key");
  await expect(retry).toBeEnabled();
  expect((await namesOfClicks(failed))[0]).toBe("Try again with Haiku, platform key");
  await expectAccessibleAndFits(page, "with another choice");
  await retry.click();
  await expect(messages.last()).toContainText("at once");
  await expect(await answered()).toContainText("Haiku · platform key");
  await expect(messages).toHaveCount(2);
});

test("a model the key may not use leads to another model, and a conversation that is too long to a new thread", async ({
  page,
  standIn,
  baseURL,
}) => {
  const key = await openWithKey(page, baseURL, standIn, "model-not-allowed");
  const { choose, ask, messages, answered } = workspace(page);
  await choose("Opus (personal key)");
  const failed = await ask("say: opus");
  await expect(button(failed, "Switch model")).toBeVisible();
  await choose("Haiku (personal key)");
  await button(failed, /^Try again with Haiku/).click();
  await expect(messages.last()).toContainText("opus");
  await answered();

  await standIn.setKey(key, "context-too-long");
  const tooLong = await ask("say: too long");
  await expect(tooLong.getByRole("alert")).toContainText("longer than the model can read");
  await expect(button(tooLong, "Switch model")).toBeVisible();
  const { message } = workspace(page);
  await message.fill("a thought below it");
  await button(tooLong, "Start a new thread").click();
  await expect(message, "the question comes along").toHaveValue("say: too long\n\na thought below it");
  await message.fill("");
  await expect(messages).toHaveCount(0);
  await expect(page).not.toHaveURL(/thread=/);
});
