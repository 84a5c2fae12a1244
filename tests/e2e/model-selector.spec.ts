import { randomUUID } from "node:crypto";
import { expectAccessible } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { workspace } from "./support/workspace";

test.beforeEach(async ({ page, signUp, createProject }) => {
  await signUp(page);
  await workspace(page).open(await createProject(page));
});

test("checklist 2: saving an Anthropic API key", async ({ page, standIn }) => {
  const { modal, keyField, openModal } = workspace(page);
  const key = await standIn.newKey();
  await openModal("API Keys");
  await expect(modal.getByText("No key saved")).toBeVisible();
  await expect(keyField).toHaveAttribute("placeholder", "sk-ant-...");

  await keyField.fill(`  ${key}\n`);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
  await expect(modal.getByText(`•••• ${key.slice(-4)}`)).toBeVisible();
  await expect(keyField).toHaveValue("");
  await expect(modal.getByRole("button", { name: "Use it now" })).toBeVisible();
});

test("checklist 3: the key's status is read back, also after a reload", async ({ page, standIn }) => {
  const { modal, openModal, saveKey } = workspace(page);
  await saveKey(await standIn.newKey());
  const answer = await page.request.get("/api/v1/user/ai-keys?provider=anthropic");
  expect(await answer.json()).toEqual({ hasKey: true, provider: "anthropic" });
  await page.reload();
  await openModal("API Keys");
  await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
});

test("checklist 4: deleting a key asks first, says what happens next, and then it is gone", async ({
  page,
  standIn,
}) => {
  const { modal, openModal, saveKey } = workspace(page);
  const key = await standIn.newKey();
  await saveKey(key);
  await openModal("API Keys");

  await modal.getByRole("button", { name: "Delete Key" }).click();
  const question = page.getByRole("alertdialog", { name: "Delete your Anthropic API key?" });
  await expect(question).toContainText(key.slice(-4));
  await expect(question).toContainText("nothing falls back to the platform key");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(question).toHaveCount(0);
  await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();

  await modal.getByRole("button", { name: "Delete Key" }).click();
  await question.getByRole("button", { name: "Delete Key" }).click();
  await expect(question).toHaveCount(0);
  await expect(modal.getByText("No key saved")).toBeVisible();
  await expect(modal.getByRole("button", { name: "Delete Key" })).toHaveCount(0);
  const answer = await page.request.get("/api/v1/user/ai-keys?provider=anthropic");
  expect(await answer.json()).toEqual({ hasKey: false, provider: "anthropic" });
});

test("checklist 5: the model selector modal opens and closes correctly", async ({ page }) => {
  const { modal, triggers } = workspace(page);
  await expect(triggers).toHaveCount(2);
  for (const [index, close] of ["Escape", "✕", "Cancel"].entries()) {
    const trigger = triggers.nth(index % 2);
    await trigger.click();
    await expect(modal.getByRole("tab")).toHaveText(["API Keys", "Model Selection"]);
    await expect(modal.getByRole("tab", { name: "Model Selection" })).toHaveAttribute(
      "aria-selected",
      "true",
    );
    if (close === "Escape") await page.keyboard.press("Escape");
    else await modal.getByRole("button", { name: close === "✕" ? "Close" : "Cancel" }).click();
    await expect(modal).toHaveCount(0);
    await expect(trigger, `focus after ${close}`).toBeFocused();
  }
});

test("a choice that was not applied is forgotten", async ({ page, standIn }) => {
  const { modal, openModal, saveKey, triggers } = workspace(page);
  await saveKey(await standIn.newKey());
  await openModal("Model Selection");
  await modal.getByRole("radio", { name: "Haiku (personal key)" }).check();
  await modal.getByRole("button", { name: "Cancel" }).click();
  await expect(triggers.first()).toHaveAccessibleName("Model: Haiku, platform key. Change model");
  await openModal("Model Selection");
  await expect(modal.getByRole("radio", { name: "Haiku (platform key)" })).toBeChecked();
});

test("checklist 6: the model selection persists during the session, per tab, and not in the database", async ({
  page,
  context,
  standIn,
}) => {
  const { saveKey, choose, triggers } = workspace(page);
  const key = await standIn.newKey();
  await saveKey(key);
  await choose("Haiku (personal key)");
  const personal = `Model: Haiku, your key ···${key.slice(-4)}. Change model`;
  await expect(triggers.first()).toHaveAccessibleName(personal);
  await page.reload();
  await expect(triggers.first()).toHaveAccessibleName(personal);
  await page.goto("/projects");
  await page.goBack();
  await expect(triggers.last()).toHaveAccessibleName(personal);

  const otherTab = await context.newPage();
  await otherTab.goto(page.url());
  await expect(workspace(otherTab).triggers.first()).toHaveAccessibleName(
    "Model: Haiku, platform key. Change model",
  );
});

test("a stored selection that is none is ignored", async ({ page }) => {
  for (const stored of ["{", '{"provider":"somebody","model":"x"}', '"platform"']) {
    await page.evaluate((text) => sessionStorage.setItem("orchestral.model-selection", text), stored);
    await page.reload();
    await expect(workspace(page).triggers.first()).toHaveAccessibleName(
      "Model: Haiku, platform key. Change model",
    );
  }
});

test("checklist 7: the platform key's selection works", async ({ page, standIn }) => {
  const { ask, openModal, modal } = workspace(page);
  await openModal("Model Selection");
  await expect(modal.getByRole("radio", { name: "Haiku (platform key)" })).toBeChecked();
  await modal.getByRole("button", { name: "Apply" }).click();
  const text = `say: platform ${randomUUID()}`;
  const answer = await ask(text);
  await expect(answer).toContainText(text.slice(5));
  await expect(answer).toContainText("Haiku · platform key");
  expect((await standIn.journal({ text })).map(({ apiKey }) => apiKey)).toEqual([standIn.platformKey]);
});

test("checklist 8: the personal key's selection is disabled without a saved key, and says why", async ({
  page,
}) => {
  const { modal, openModal } = workspace(page);
  await openModal("Model Selection");
  const personal = modal.getByRole("radio", { name: "Haiku (personal key)" });
  await expect(personal).toBeDisabled();
  await expect(personal).toHaveAccessibleDescription(/Requires your Anthropic API key/);
  await expectAccessible(page, "model selection with a disabled option");
});

test("checklist 9, 15: the personal key's selection works once a key is saved, and the agent uses that key", async ({
  page,
  standIn,
}) => {
  const { modal, keyField, openModal, ask, triggers } = workspace(page);
  const key = await standIn.newKey();
  await openModal("API Keys");
  await keyField.fill(key);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await modal.getByRole("button", { name: "Use it now" }).click();
  await expect(modal.getByRole("radio", { name: "Haiku (personal key)" })).toBeChecked();
  await modal.getByRole("button", { name: "Apply" }).click();
  await expect(triggers.last()).toHaveAccessibleName(
    `Model: Haiku, your key ···${key.slice(-4)}. Change model`,
  );

  const text = `say: mine ${randomUUID()}`;
  await expect(await ask(text)).toContainText(`Haiku · personal key ···${key.slice(-4)}`);
  expect((await standIn.journal({ text })).map(({ apiKey }) => apiKey)).toEqual([key]);
});

test("checklist 10, 17: switching keys mid-conversation counts from the next message, and each answer names its payer", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask, messages } = workspace(page);
  const key = await standIn.newKey();
  const texts = ["first", "second", "third"].map((word) => `say: ${word} ${randomUUID()}`);
  await ask(texts[0] ?? "");
  await saveKey(key);
  await choose("Haiku (personal key)");
  await ask(texts[1] ?? "");
  await choose("Haiku (platform key)");
  await ask(texts[2] ?? "");

  await expect(messages).toHaveCount(6);
  await expect(messages.nth(1)).toContainText("Haiku · platform key");
  await expect(messages.nth(3)).toContainText(`Haiku · personal key ···${key.slice(-4)}`);
  await expect(messages.nth(5)).toContainText("Haiku · platform key");
  const keys = await Promise.all(
    texts.map(async (text) => (await standIn.journal({ text })).map(({ apiKey }) => apiKey)),
  );
  expect(keys).toEqual([[standIn.platformKey], [key], [standIn.platformKey]]);
});

test("checklist 11: a key the provider refuses is named, with the way to replace it, and the conversation goes on", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask, modal, messages, answered } = workspace(page);
  await saveKey(await standIn.newKey("invalid-echoing-key"));
  await choose("Haiku (personal key)");
  const failed = await ask("say: hello");
  await expect(failed.getByRole("alert")).toContainText("Anthropic does not accept your API key");
  await failed.getByRole("button", { name: "Update key" }).click();
  await expect(modal.getByRole("tab", { name: "API Keys" })).toHaveAttribute("aria-selected", "true");
  const good = await standIn.newKey();
  await workspace(page).keyField.fill(good);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByText(`•••• ${good.slice(-4)}`)).toBeVisible();
  await page.keyboard.press("Escape");

  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(messages.last()).toContainText("hello");
  await expect(await answered()).toContainText(`···${good.slice(-4)}`);
});

test("checklist 12, 13, 14: project, model and key provider reach the agent, and the agent knows and uses them", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask } = workspace(page);
  await saveKey(await standIn.newKey());
  await choose("Sonnet (personal key)");
  const text = `say: where ${randomUUID()}`;
  const sent = page.waitForRequest((request) => request.url().includes("/api/mastra/codegen"));
  await ask(text);
  const request = await sent;
  const query = new URL(request.url()).searchParams;
  expect(Object.fromEntries(query)).toEqual({
    projectId: new URL(page.url()).pathname.split("/").at(-1),
    model: "claude-sonnet-4-5",
    keyProvider: "personal",
    aiProvider: "anthropic",
  });
  expect((await request.allHeaders()).authorization).toMatch(/^Bearer ey/);
  const [arrived] = await standIn.journal({ text });
  expect(arrived?.model).toMatch(/^claude-sonnet-4-5/);
  expect(JSON.stringify(arrived?.body)).toContain("paid by the person's own API key");
});

test("checklist 16: an exhausted quota of the personal key says so and offers another choice, without switching by itself", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask, modal, triggers } = workspace(page);
  const key = await standIn.newKey("no-credit");
  await saveKey(key);
  await choose("Haiku (personal key)");
  const text = `say: broke ${randomUUID()}`;
  const failed = await ask(text);
  await expect(failed.getByRole("alert")).toContainText("no credit left");
  await expect(triggers.first()).toHaveAccessibleName(
    `Model: Haiku, your key ···${key.slice(-4)}. Change model`,
  );
  expect((await standIn.journal({ text })).map(({ apiKey }) => apiKey)).toEqual([key]);
  await failed.getByRole("button", { name: "Switch key" }).click();
  await expect(modal.getByRole("tab", { name: "Model Selection" })).toHaveAttribute("aria-selected", "true");
});

test("checklist 18: two people with two keys at the same time are never crossed", async ({
  page,
  browser,
  baseURL,
  standIn,
  signUp,
  createProject,
}) => {
  const otherContext = await browser.newContext({ baseURL: baseURL ?? "" });
  const otherPage = await otherContext.newPage();
  await signUp(otherPage);
  await workspace(otherPage).open(await createProject(otherPage));
  const people = await Promise.all(
    [page, otherPage].map(async (tab) => {
      const key = await standIn.newKey();
      await workspace(tab).saveKey(key);
      await workspace(tab).choose("Haiku (personal key)");
      return { tab, key, text: `say: mine ${randomUUID()}` };
    }),
  );
  await Promise.all(people.map(({ tab, text }) => workspace(tab).ask(text)));
  for (const { tab, key, text } of people) {
    await expect(await workspace(tab).answered()).toContainText(text.slice(5));
    expect((await standIn.journal({ text })).map(({ apiKey }) => apiKey)).toEqual([key]);
  }
  await otherContext.close();
});

test("deleting the key in use leaves the choice as it is, says so, and asks for another one", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, openModal, modal, triggers, ask } = workspace(page);
  await saveKey(await standIn.newKey());
  await choose("Haiku (personal key)");
  await openModal("API Keys");
  await modal.getByRole("button", { name: "Delete Key" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete Key" }).click();
  await expect(modal.getByText("No key saved")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(triggers.first()).toHaveAccessibleName(
    /^Model: Haiku, your key\. Not available: Requires your Anthropic API key/,
  );
  await expect(page.getByRole("status").filter({ hasText: "Requires your Anthropic API key" })).toBeVisible();
  const text = `say: nobody pays ${randomUUID()}`;
  const failed = await ask(text);
  await expect(failed.getByRole("alert")).toContainText("Personal API key not found");
  expect(await standIn.journal({ text })).toEqual([]);
});

test("a key is replaced by saving another one", async ({ page, standIn }) => {
  const { saveKey, choose, ask } = workspace(page);
  const [old, fresh] = [await standIn.newKey(), await standIn.newKey()];
  await saveKey(old);
  await choose("Haiku (personal key)");
  await saveKey(fresh);
  const text = `say: replaced ${randomUUID()}`;
  await expect(await ask(text)).toContainText(`···${fresh.slice(-4)}`);
  expect((await standIn.journal({ text })).map(({ apiKey }) => apiKey)).toEqual([fresh]);
});

test("the format check is a hint, never a wall", async ({ page }) => {
  const { modal, keyField, openModal } = workspace(page);
  await openModal("API Keys");
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(keyField).toHaveAccessibleDescription(/Paste an API key before saving/);
  await expect(keyField).toBeFocused();
  await keyField.fill("sk-proj-0123456789");
  await expect(modal.getByText("This looks like an OpenAI key")).toBeVisible();
  await keyField.fill("something-quite-different-42");
  await expect(modal.getByText("You can save this one all the same")).toBeVisible();
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
});

test("a key that could not be saved is still in the field, and nowhere else", async ({
  page,
  context,
  standIn,
}) => {
  const { modal, keyField, openModal } = workspace(page);
  const key = await standIn.newKey();
  await openModal("API Keys");
  await keyField.fill(key);
  await context.setOffline(true);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByRole("alert")).toContainText("cannot be reached");
  await expect(keyField).toHaveValue(key);
  await context.setOffline(false);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
});

test("after saving, the key is gone from the page: text, attributes, fields, storage, cookies, undo", async ({
  page,
  context,
  standIn,
}) => {
  const { keyField, openModal, modal } = workspace(page);
  const key = await standIn.newKey();
  await openModal("API Keys");
  await keyField.fill(key);
  expect(await page.content(), "masked before saving: never an attribute").not.toContain(key);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
  await keyField.focus();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(keyField).toHaveValue("");

  const traces = async () => [
    await page.content(),
    await page.evaluate(() => {
      const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea")].map(
        ({ value }) => value,
      );
      return JSON.stringify([
        fields,
        { ...localStorage },
        { ...sessionStorage },
        location.href,
        history.state,
      ]);
    }),
    JSON.stringify(await context.cookies()),
  ];
  for (const trace of await traces()) expect(trace).not.toContain(key);
  await page.reload();
  for (const trace of await traces()) expect(trace).not.toContain(key);
});

test("no password manager takes the field for a login", async ({ page }) => {
  const { keyField, openModal } = workspace(page);
  await openModal("API Keys");
  await expect(keyField).toHaveAttribute("type", "text");
  await expect(keyField).toHaveAttribute("autocomplete", "off");
  await expect(keyField).toHaveAttribute("data-1p-ignore", "");
  await expect(keyField).toHaveAttribute("data-lpignore", "true");
  await expect(keyField).toHaveAttribute("data-bwignore", "true");
  await expect(keyField).toHaveAttribute("spellcheck", "false");
  await keyField.fill("sk-ant-visible?");
  expect(
    await keyField.evaluate((field) => getComputedStyle(field).getPropertyValue("-webkit-text-security")),
  ).toBe("disc");
});

test("every provider has its field, Anthropic's first and open", async ({ page }) => {
  const { modal, keyField, openModal } = workspace(page);
  await openModal("API Keys");
  await expect(keyField).toBeVisible();
  const more = modal.getByRole("region", { name: "More providers" });
  await expect(more.getByRole("button").first()).toHaveText("OpenAI API Key");
  await expect(more.getByRole("button").last()).toHaveText("Custom endpoint");
  for (const name of ["OpenAI API Key", "OpenRouter API Key"]) {
    const field = modal.getByRole("textbox", { name });
    await expect(field).toHaveCount(0);
    await more.getByRole("button", { name }).click();
    await expect(field).toBeVisible();
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the modal is accessible in every state, ${colorScheme}`, async ({ page, standIn }) => {
    await page.emulateMedia({ colorScheme });
    const { modal, keyField, openModal } = workspace(page);
    await openModal("API Keys");
    await expectAccessible(page, "no key");
    await keyField.fill("sk-or-v1-0123456789");
    await expect(modal.getByText("This looks like an OpenRouter key")).toBeVisible();
    await expectAccessible(page, "hint");
    await keyField.fill(await standIn.newKey());
    await modal.getByRole("button", { name: "Save Key" }).click();
    await expect(modal.getByRole("button", { name: "Use it now" })).toBeVisible();
    await expectAccessible(page, "saved");
    await modal.getByRole("button", { name: "Delete Key" }).click();
    await expect(page.getByRole("alertdialog")).toBeVisible();
    await expectAccessible(page, "question");
    await page.keyboard.press("Escape");
    await modal.getByRole("tab", { name: "Model Selection" }).click();
    await expectAccessible(page, "models");
  });
}
