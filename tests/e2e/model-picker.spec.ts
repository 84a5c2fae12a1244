import type { Locator, Page } from "@playwright/test";
import type { ModelGroup } from "@/contracts/models";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { saveKeyQuietly } from "./support/saved-keys";
import { workspace } from "./support/workspace";

let projectId: string;
test.beforeEach(async ({ page, signUp, createProject }) => {
  await signUp(page);
  projectId = await createProject(page);
});

/** The picker as a person finds it. */
async function openPicker(page: Page) {
  const { modal, open, triggers } = workspace(page);
  await open(projectId);
  await triggers.first().click();
  await expect(modal.getByRole("tab", { name: "Model Selection" })).toHaveAttribute("aria-selected", "true");
  return {
    modal,
    search: modal.getByRole("searchbox", { name: "Search models" }),
    radio: (name: string) => modal.getByRole("radio", { name, exact: true }),
    group: (name: RegExp) => modal.getByRole("group", { name }),
    apply: modal.getByRole("button", { name: "Apply" }),
  };
}

async function described(radio: Locator): Promise<string> {
  const ids = (await radio.getAttribute("aria-describedby")) ?? "";
  return (await radio.page().locator(`[id="${ids}"]`).textContent()) ?? "";
}

test("models are grouped by payer, with id, size and price", async ({ page, standIn, baseURL }) => {
  const own = await standIn.newKey();
  const work = await standIn.newKey();
  const gpt = await standIn.newKey(undefined, "openai");
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: own });
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: work, label: "Work" });
  await saveKeyQuietly(page, baseURL, { provider: "openai", apiKey: gpt, sessionOnly: true });
  const { modal, group, radio } = await openPicker(page);

  await expect(group(/^Platform key · Anthropic$/).getByRole("radio")).toHaveCount(1);
  await expect(radio("Haiku (platform key)")).toBeChecked();
  expect(await described(radio("Haiku (platform key)"))).toContain(
    "claude-haiku-4-5 · 200k context · $1 in · $5 out · $0.10 cached per 1M tokens",
  );
  await expect(
    group(new RegExp(`^Anthropic key ···${own.slice(-4)}$`)).getByRole("radio", {
      name: "Haiku (personal key)",
    }),
  ).toBeEnabled();
  await expect(
    group(new RegExp(`^Work ···${work.slice(-4)} · Anthropic$`)).getByRole("radio", {
      name: `Haiku (Work ···${work.slice(-4)})`,
    }),
  ).toBeEnabled();
  const session = group(new RegExp(`^OpenAI key ···${gpt.slice(-4)}$`));
  await expect(session.getByText("This session")).toBeVisible();
  await expect(session.getByRole("radio", { name: /^GPT-6 Sol/ })).toBeEnabled();

  const missing = modal.getByText("Google, Mistral, and OpenRouter need a key of yours.");
  await expect(missing).toBeVisible();
  await missing.getByRole("button", { name: "Add a key" }).click();
  await expect(modal.getByRole("tab", { name: "API Keys" })).toHaveAttribute("aria-selected", "true");
});

test("models are found and chosen by keyboard, and recently used ones are one click away", async ({
  page,
  context,
  standIn,
  baseURL,
}) => {
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: await standIn.newKey() });
  const { modal, search, radio } = await openPicker(page);
  const { triggers } = workspace(page);
  await expect(search).toBeFocused();
  await page.keyboard.type("sonnet-4");
  await expect(radio("Sonnet (personal key)")).toBeVisible();
  await expect(radio("Haiku (platform key)")).toHaveCount(0);
  await expect(modal.getByRole("status").filter({ hasText: "1 model found" })).toBeAttached();

  await search.fill("PLATFORM haiku");
  await expect(modal.getByRole("radio")).toHaveCount(1);
  await search.fill("no such model anywhere");
  await expect(modal.getByText("No model matches.")).toBeVisible();
  await expectAccessible(page, "nothing found");
  await page.keyboard.press("Escape");
  await expect(search).toHaveValue("");
  await expect(radio("Haiku (platform key)")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(modal).toHaveCount(0);

  // The keyboard alone chooses one: type, arrow down, Enter.
  await triggers.first().click();
  await expect(search).toBeFocused();
  await page.keyboard.type("opus");
  await expect(radio("Haiku (platform key)")).toHaveCount(0);
  await expect(radio("Opus (personal key)")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(radio("Opus (personal key)")).toBeFocused();
  await expect(radio("Opus (personal key)")).toBeChecked();

  await page.keyboard.type("x");
  await expect(search, "a letter goes on with the search").toBeFocused();
  await expect(search).toHaveValue("opusx");
  await page.keyboard.press("Backspace");
  await expect(radio("Opus (personal key)")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(modal).toHaveCount(0);
  await expect(triggers.first()).toHaveAccessibleName(/^Model: Opus, your key/);

  // Enter never applies an item out of sight: it moves to the first match.
  await triggers.first().click();
  await expect(search).toBeFocused();
  await page.keyboard.type("sonnet-4");
  await expect(modal.getByRole("radio")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(radio("Sonnet (personal key)")).toBeFocused();
  await expect(modal).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(modal).toHaveCount(0);
  await expect(triggers.first()).toHaveAccessibleName(/^Model: Sonnet, your key/);

  const otherTab = await context.newPage();
  const other = await openPicker(otherTab);
  const recent = other.modal.getByRole("group", { name: "Recently used" });
  await expect(recent.getByRole("button")).toHaveText(["Sonnet (personal key)", "Opus (personal key)"]);
  await recent.getByRole("button", { name: "Opus (personal key)" }).click();
  await expect(other.radio("Opus (personal key)")).toBeChecked();
});

test("the list of a key is read with that key; models it may not use are shown as such", async ({
  page,
  standIn,
  baseURL,
}) => {
  const key = await standIn.newKey();
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: key });
  const { modal, group, radio } = await openPicker(page);
  const own = group(/^Anthropic key/);
  await expect(radio("Fable 5.1 (personal key)")).toBeEnabled();
  expect(await standIn.journal({ key }), "nothing is asked before somebody wants it").toEqual([]);

  const heading = modal.getByRole("button", { name: /^Anthropic key/ });
  await expect(heading).toHaveAttribute("aria-expanded", "true");
  await heading.click();
  await expect(own.getByRole("radio")).toHaveCount(0);
  // Opened again, it is read.
  await heading.click();
  await expect(own.getByText(/models, as the provider lists them for this key/)).toBeVisible();
  const notOffered = radio("Fable 5.1 (personal key)");
  await expect(notOffered).toHaveCount(0);
  await own.getByRole("button", { name: /models? this key cannot use$/ }).click();
  await expect(notOffered).toBeDisabled();
  await expect(notOffered).toHaveAccessibleDescription(/Not offered to this key by its provider/);
  await expect(radio("Haiku (personal key)")).toBeEnabled();
  expect(
    (await standIn.journal({ key })).map(({ method, path }) => `${method} ${path.split("?")[0]}`),
  ).toEqual(["GET /v1/models"]);
  await expectAccessible(page, "a list that was read");
});

test("a list that cannot be read says why, keeps the known models, and can be asked for again", async ({
  page,
  standIn,
  baseURL,
}) => {
  const key = await standIn.newKey("may-not-list");
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: key });
  const { group, radio } = await openPicker(page);
  const own = group(/^Anthropic key/);
  await own.getByRole("button", { name: "Load this key's models" }).click();
  await expect(own.getByText(/The list of models could not be read\./)).toBeVisible();
  await expect(radio("Haiku (personal key)")).toBeEnabled();
  await expectAccessible(page, "a list that could not be read");
  await own.getByRole("button", { name: "Retry" }).click();
  await expect.poll(async () => (await standIn.journal({ key })).length).toBe(2);
  await expect(own.getByText(/The list of models could not be read\./)).toBeVisible();

  // Loading is shown, and an unreachable server is not an empty list.
  const held = Promise.withResolvers<void>();
  await page.route("**/api/v1/user/ai-keys/*/models", async (route) => {
    await held.promise;
    await route.abort();
  });
  await own.getByRole("button", { name: "Retry" }).click();
  await expect(own.getByRole("status").filter({ hasText: "Loading this key's models" })).toBeVisible();
  held.resolve();
  await expect(own.getByText("The server cannot be reached.")).toBeVisible();
  await expect(radio("Haiku (personal key)")).toBeEnabled();
  await page.unroute("**/api/v1/user/ai-keys/*/models");
  await standIn.setKey(key, "answers");
  await own.getByRole("button", { name: "Retry" }).click();
  await expect(own.getByText(/as the provider lists them for this key/)).toBeVisible();
});

test("every provider's list is searched; a model found there, or named by its id, answers", async ({
  page,
  standIn,
  baseURL,
}) => {
  const key = await standIn.newKey(undefined, "openrouter");
  await saveKeyQuietly(page, baseURL, { provider: "openrouter", apiKey: key, label: "Router" });
  const { modal, search, apply } = await openPicker(page);
  // What is typed is offered with a key whose list does not have it.
  const list = "**/api/v1/user/ai-keys/*/models";
  await page.route(list, (route) => route.abort());
  await search.fill("two words");
  await expect(modal.getByText("No model matches.")).toBeVisible();
  await search.fill(" openai/gpt-5-mini ");
  const named = modal.getByRole("button", {
    name: `Use ‘openai/gpt-5-mini’ with Router ···${key.slice(-4)} · OpenRouter`,
  });
  await expect(named).toBeVisible();
  await expectAccessible(page, "naming a model");
  await search.press("Enter");
  await expect(modal).toHaveCount(0);
  await expect(await workspace(page).ask("say: named")).toContainText("named");
  expect((await standIn.journal({ key })).at(-1)?.model).toBe("openai/gpt-5-mini");
  await page.unroute(list);

  await workspace(page).openModal("Model Selection");
  await search.fill("gemini 2.5");
  const gemini = modal.getByRole("radio", {
    name: `Google: Gemini 2.5 Flash (Router ···${key.slice(-4)})`,
  });
  await expect(gemini).toBeEnabled();
  await expect(gemini).toHaveAccessibleDescription(
    "google/gemini-2.5-flash · 1.05M context · $0.30 in · $2.50 out · $0.03 cached per 1M tokens",
  );
  await search.fill("llama free");
  await expect(modal.getByRole("radio", { name: /Llama 3.3 70B Instruct/ })).toHaveAccessibleDescription(
    /131k context · free of charge/,
  );
  await search.fill("euryale");
  const euryale = modal.getByRole("radio", { name: /Euryale/ });
  await expect(euryale).toBeDisabled();
  await expect(euryale).toHaveAccessibleDescription(/Cannot use tools/);

  await search.fill("gemini 2.5");
  await gemini.check();
  await apply.click();
  await expect(await workspace(page).ask("say: from a list")).toContainText("from a list");
  expect((await standIn.journal({ key })).at(-1)?.model).toBe("google/gemini-2.5-flash");
  await workspace(page).openModal("Model Selection");
  await expect(gemini).toBeChecked();
});

test("hundreds of models are drawn in steps, and all of them and of many keys are searched", async ({
  page,
  standIn,
  baseURL,
}) => {
  const keyId = await saveKeyQuietly(page, baseURL, {
    provider: "openrouter",
    apiKey: await standIn.newKey(undefined, "openrouter"),
    label: "Router",
  });
  await page.route(`**/api/v1/user/ai-keys/${keyId}/models`, async (route) => {
    const answer = await route.fetch();
    const { group } = (await answer.json()) as { group: ModelGroup };
    const models = Array.from({ length: 400 }, (_, index) => ({
      id: `maker/model-${index}`,
      name: `Model ${index}`,
      contextTokens: 131_072,
      price: null,
      description: null,
      reason: null,
    }));
    await route.fulfill({ response: answer, json: { group: { ...group, models } } });
  });
  const { group, search } = await openPicker(page);
  const router = group(/^Router/);
  await router.getByRole("button", { name: "Load this key's models" }).click();
  await expect(router.getByText("400 models, as the provider lists them for this key")).toBeVisible();
  await expect(router.getByRole("radio")).toHaveCount(40);
  await router.getByRole("button", { name: "Show 360 more" }).click();
  await expect(router.getByRole("radio")).toHaveCount(400);
  await search.fill("model-399");
  await expect(router.getByRole("radio", { name: /^Model 399 / })).toBeVisible();
  await expect(router.getByRole("radio")).toHaveCount(1);

  // As many more as may be saved within a minute.
  const names = Array.from({ length: 28 }, (_, index) => `Key ${index + 10}`);
  const apiKey = await standIn.newKey();
  for (const label of names) await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey, label });
  await openPicker(page);
  await search.fill("haiku key 23");
  await expect(group(/^Key 23 /).getByRole("radio")).toHaveCount(1);
  await expect(group(/^Key \d+ /)).toHaveCount(1);
});

test("the picker is accessible and fits", async ({ page, standIn, baseURL }) => {
  const label = "A key with quite a long name, given in some hurry";
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: await standIn.newKey(), label });
  await saveKeyQuietly(page, baseURL, {
    provider: "openrouter",
    apiKey: await standIn.newKey(undefined, "openrouter"),
    sessionOnly: true,
  });
  const { search, radio, modal } = await openPicker(page);
  await expectAccessibleAndFits(page, "models");
  await search.fill("a");
  await search.fill("anthropic");
  await expect(modal.getByRole("radio", { name: /^Anthropic: Claude Opus 4.5/ })).toBeVisible();
  await expectAccessibleAndFits(page, "found");
  await expect(radio("Haiku (platform key)")).toBeVisible();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const excess = await modal.evaluate((box) => box.scrollHeight - box.clientHeight);
    expect(excess, "the dialog itself does not scroll").toBe(0);
  }
});
