import { randomUUID } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import type { KeyTestResponse } from "@/contracts/ai-keys";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { type Account, expect, test } from "./support/fixtures";
import { workspace } from "./support/workspace";

/** Everything people can do with keys, which is the same in a project's dialog and in the settings. */
function keysOf(page: Page, within: Locator) {
  const actions = (last4: string) =>
    page.getByRole("button", { name: new RegExp(`^Actions for .*${last4}$`) });
  return {
    card: (key: string) => within.getByRole("listitem").filter({ has: actions(key.slice(-4)) }),
    async act(key: string, item: string): Promise<void> {
      await actions(key.slice(-4)).click();
      await page.getByRole("menuitem", { name: item }).click();
    },
    replaceDialog: page.getByRole("dialog", { name: "Replace key" }),
  };
}

/** Keys that differ in their last four characters, the only part that is shown. */
async function differentKeys(newKey: () => Promise<string>): Promise<[string, string]> {
  const first = await newKey();
  let second = await newKey();
  // oxlint-disable-next-line no-await-in-loop -- hardly ever more than once
  while (second.slice(-4) === first.slice(-4)) second = await newKey();
  return [first, second];
}

async function openKeys(page: Page) {
  const { modal, openModal } = workspace(page);
  await openModal("API Keys");
  return { modal, ...keysOf(page, modal) };
}

async function addFurtherKey(modal: Locator, name: string, key: string): Promise<void> {
  await modal.getByRole("button", { name: "Add another key" }).click();
  await modal.getByRole("textbox", { name: "Name" }).fill(name);
  const form = modal.locator("form").filter({ has: modal.page().getByRole("textbox", { name: "Name" }) });
  await form.getByLabel("API Key").fill(key);
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(form).toHaveCount(0);
}

let account: Account;
test.beforeEach(async ({ page, signUp, createProject }) => {
  account = await signUp(page);
  await workspace(page).open(await createProject(page));
});

test.describe("with a clock of its own", () => {
  test.use({ ownContext: true });

  test("a key is tested before it is saved: the result is a sentence, the key stays, nothing is saved", async ({
    page,
    standIn,
  }) => {
    const { modal, card } = await openKeys(page);
    const { keyField } = workspace(page);
    const testKey = modal.getByRole("button", { name: "Test Key" });
    await testKey.click();
    await expect(keyField).toHaveAccessibleDescription(/Paste an API key before testing/);

    const good = await standIn.newKey();
    await keyField.fill(good);
    await testKey.click();
    await expect(modal.getByText("Anthropic accepts this key.")).toBeVisible();

    await keyField.fill(await standIn.newKey("invalid-echoing-key"));
    await expect(modal.getByText("Anthropic accepts this key.")).toHaveCount(0);
    await testKey.click();
    await expect(modal.getByText("Anthropic does not accept this key.")).toBeVisible();

    // Longer than the provider says, so that a slow machine sees the seconds run; the clock then goes
    // forward.
    await page.clock.install();
    await page.route("**/api/v1/user/ai-keys/test", async (route) => {
      const response = await route.fetch();
      const { result } = (await response.json()) as KeyTestResponse;
      expect(result.retryAfterSeconds).toBe(7);
      await route.fulfill({ response, json: { result: { ...result, retryAfterSeconds: 25 } } });
    });
    const limited = await standIn.newKey("rate-limited");
    await keyField.fill(limited);
    await testKey.click();
    await expect(modal.getByText("That says nothing against the key")).toBeVisible();
    await expect(modal.getByText(/You can test it again in \d+ s\./)).toBeVisible();
    await expect(keyField).toHaveValue(limited);
    await expect(modal.getByText("No key saved")).toBeVisible();
    await page.clock.fastForward(26_000);
    await expect(modal.getByRole("button", { name: "Test again" })).toBeVisible();
    await page.unrouteAll({ behavior: "wait" });

    // The same for OpenAI and OpenRouter.
    for (const [name, provider] of [
      ["OpenAI", "openai"],
      ["OpenRouter", "openrouter"],
    ] as const) {
      const key = await standIn.newKey("answers", provider);
      const title = modal.getByRole("button", { name: `${name} API Key` });
      await title.click();
      const field = modal.getByRole("textbox", { name: `${name} API Key` });
      const form = modal
        .locator("form")
        .filter({ has: page.getByRole("textbox", { name: `${name} API Key` }) });
      await field.fill("sk-ant-api03-0123456789");
      await expect(form).toContainText(`This looks like an Anthropic key. You can save it, but ${name}`);
      await field.fill(key);
      await form.getByRole("button", { name: "Test Key" }).click();
      await expect(form).toContainText(`${name} accepts this key.`);
      await form.getByRole("button", { name: "Save Key" }).click();
      await expect(card(key)).toContainText("Key saved");
      await expect(title).toHaveCount(0);
    }
    // One click saves a key for the provider it belongs to.
    const pasted = await standIn.newKey("answers", "openai");
    await keyField.fill(pasted);
    await modal.getByRole("button", { name: "Save as OpenAI key" }).click();
    await expect(modal.getByText("Saved as your OpenAI key and sealed.")).toBeVisible();
    await expect(keyField).toHaveValue("");
    await expect(card(pasted)).toContainText("OpenAI key 2");
  });
});

test("a saved key is tested from its menu, and with the empty field's button; what was found stays", async ({
  page,
  standIn,
}) => {
  const key = await standIn.newKey();
  await workspace(page).saveKey(key);
  const { modal, card, act } = await openKeys(page);
  await expect(card(key)).toContainText("Not tested");
  await act(key, "Test key");
  await expect(card(key)).toContainText("Anthropic accepts this key.");
  await expect(card(key)).toContainText("Works");
  await expect(card(key)).toContainText("Tested just now · Not used yet");
  await page.reload();
  await workspace(page).openModal("API Keys");
  await expect(card(key)).toContainText("Works");
  await expect(card(key)).not.toContainText("Anthropic accepts this key.");
  await modal.getByRole("button", { name: "Test Key" }).click();
  await expect(card(key)).toContainText("Anthropic accepts this key.");

  // The settings show the same keys, can be linked to, and are used by keyboard.
  await page.goto("/settings#keys");
  const main = page.getByRole("main");
  await expect(page.getByRole("heading", { name: "API keys" })).toBeInViewport();
  const ofSettings = keysOf(page, main);
  await expect(ofSettings.card(key)).toContainText("Works");
  const menu = ofSettings.card(key).getByRole("button", { name: /^Actions for/ });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("ren");
  await page.keyboard.press("Enter");
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await expect(ofSettings.card(key)).toContainText("By keyboard");
  await expect(menu).toBeFocused();
});

test("a further key has a name, can become the default, be renamed, and be switched off and on", async ({
  page,
  standIn,
}) => {
  const [first, second] = await differentKeys(standIn.newKey);
  await workspace(page).saveKey(first);
  const { modal, card, act } = await openKeys(page);
  await modal.getByRole("button", { name: "Add another key" }).click();
  const name = modal.getByRole("textbox", { name: "Name" });
  const form = modal.locator("form").filter({ has: page.getByRole("textbox", { name: "Name" }) });
  await form.getByLabel("Anthropic API Key").fill(second);
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(name).toHaveAccessibleDescription(/Give the key a name/);
  await name.fill("Work");
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByText("Your default stays as it is.")).toBeVisible();
  await expect(card(first)).toContainText("Default");
  await expect(card(second)).toContainText("Work");
  await expect(card(second)).not.toContainText("Default");

  await act(second, "Make default");
  await expect(card(second)).toContainText("Default");
  await expect(card(first)).not.toContainText("Default");

  await act(first, "Rename");
  const rename = page.getByRole("dialog", { name: "Rename key" });
  await expect(rename.getByLabel("Name")).toHaveValue("Anthropic key");
  await rename.getByLabel("Name").fill("Old one");
  await rename.getByRole("button", { name: "Rename" }).click();
  await expect(card(first)).toContainText("Old one");

  await act(second, "Switch off");
  await expect(card(second)).toContainText("Switched off");
  await page.keyboard.press("Escape");
  await workspace(page).openModal("API Keys");
  await act(second, "Switch on");
  await expect(card(second)).not.toContainText("Switched off");
});

test("replacing keeps the old key for a while: back and forth, away before its time, and only by a key that works or that one insists on", async ({
  page,
  standIn,
}) => {
  const [old, fresh] = await differentKeys(standIn.newKey);
  await workspace(page).saveKey(old);
  const { modal, card, act } = await openKeys(page);
  const { keyField } = workspace(page);
  const save = modal.getByRole("button", { name: "Save Key" });
  await act(old, "Replace…");
  await expect(keyField).toBeFocused();
  await save.click();
  await expect(keyField).toHaveAccessibleDescription(/Paste the new key/);
  await keyField.fill(fresh);
  await modal.getByLabel("Keep the old key available").selectOption("For 1 week");
  await save.click();
  await expect(card(fresh)).toContainText("Key saved· Works");
  await expect(card(fresh)).toContainText(new RegExp(`Old key .*${old.slice(-4)} until `));
  expect(await page.content()).not.toContain(fresh);

  await card(fresh).getByRole("button", { name: "Switch back" }).click();
  await expect(card(old)).toContainText(new RegExp(`Old key .*${fresh.slice(-4)} until `));
  await expect(card(old)).toContainText(new RegExp(`Now in use: .*${old.slice(-4)}`));
  await card(old).getByRole("button", { name: "Switch back" }).click();
  await card(fresh).getByRole("button", { name: "Delete old key now" }).click();
  const question = page.getByRole("alertdialog", { name: "Delete the old key now?" });
  await expect(question).toContainText("cannot be undone");
  await question.getByRole("button", { name: "Delete old key" }).click();
  await expect(card(fresh)).not.toContainText("Old key");
  await expect(card(fresh)).toContainText("The old key is deleted.");

  // A key its provider refuses cannot replace another; an untested one can if the person insists.
  await keyField.fill(await standIn.newKey("invalid"));
  await save.click();
  await expect(modal.getByText("Anthropic does not accept this key.")).toBeVisible();
  await expect(modal.getByText("Nothing was changed.")).toBeVisible();
  await expect(modal.getByRole("button", { name: "Replace anyway" })).toHaveCount(0);

  const empty = await standIn.newKey("no-credit");
  await keyField.fill(empty);
  await save.click();
  await expect(modal.getByText("its account has no credit left")).toBeVisible();
  await expect(modal.getByRole("link", { name: /^Add credit/ })).toHaveAttribute("href", /^https:/);
  await modal.getByRole("button", { name: "Replace anyway" }).click();
  await expect(card(empty)).toContainText("No credit");
  await expect(card(empty), "one status").not.toContainText("Key saved");
  await expectAccessible(page, "a key without credit");
});

test("deleting shows what used the key, what happens then, and where to revoke it", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask } = workspace(page);
  const [first, second] = await differentKeys(standIn.newKey);
  await saveKey(first);
  await choose("Haiku (personal key)");
  const title = `say: a garden ${randomUUID()}`;
  await ask(title);
  const { modal, card, act } = await openKeys(page);
  await addFurtherKey(modal, "Work", second);
  await act(first, "Delete…");
  const question = page.getByRole("alertdialog", { name: "Delete your Anthropic API key?" });
  await expect(question).toContainText(`ending in ${first.slice(-4)}`);
  await expect(question).toContainText("This cannot be undone.");
  await expect(question).toContainText("it gave 1 answer in 1 conversation, for ");
  await expect(question.getByRole("listitem")).toHaveText([/a garden.*Test project/]);
  await expect(question).toContainText(
    new RegExp(`“Work” \\(.*${second.slice(-4)}\\) becomes your default Anthropic key\\.`),
  );
  await expect(question).toContainText("nothing falls back to the platform key");
  await expect(question.getByRole("link", { name: /revoke it there/ })).toHaveAttribute(
    "href",
    /^https:\/\/.*anthropic\.com/,
  );
  await expectAccessible(page, "deletion with its preview");
  await question.getByRole("button", { name: "Delete Key" }).click();
  await expect(card(first)).toHaveCount(0);
  await expect(modal.getByText("To make it useless everywhere")).toBeVisible();
  await expect(card(second)).toBeVisible();
});

test("a key for this session only says what that means, and is gone after signing out", async ({
  page,
  standIn,
}) => {
  await page.goto("/settings");
  const main = page.getByRole("main");
  const { card } = keysOf(page, main);
  const key = await standIn.newKey();
  await main.getByLabel("Anthropic API Key").fill(key);
  await main.getByRole("checkbox", { name: "Use for this session only" }).check();
  await expect(main.getByText("gone when you sign out, and after twelve hours")).toBeVisible();
  await main.getByRole("button", { name: "Save Key" }).click();
  await expect(card(key)).toContainText("This session only");
  await expect(main.getByText("No key saved")).toBeVisible();
  await expect(main.getByRole("checkbox")).not.toBeChecked();

  const origin = new URL(page.url()).origin;
  await page.request.post("/api/auth/sign-out", { data: {}, headers: { origin } });
  const { email, password } = account;
  await page.request.post("/api/auth/sign-in/email", { data: { email, password }, headers: { origin } });
  await page.reload();
  await expect(main.getByText("No key saved")).toBeVisible();
  await expect(card(key)).toHaveCount(0);
});

test("a key that failed in a chat is reported once, at the top, here and in the settings, and leads to replacing it", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask } = workspace(page);
  const key = await standIn.newKey("no-credit");
  await saveKey(key);
  await choose("Haiku (personal key)");
  await ask("say: hello");
  const project = page.url();
  const { modal } = await openKeys(page);
  await expect(modal.getByText("had no credit left in a chat")).toBeVisible();
  await expect(modal.getByRole("link", { name: /Add credit/ })).toHaveAttribute("href", /^https:/);

  await page.goto("/settings");
  const main = page.getByRole("main");
  await expect(main.getByText("had no credit left in a chat")).toBeVisible();
  await expectAccessible(page, "a notice");
  await main.getByRole("button", { name: "Dismiss" }).click();
  await expect(main.getByText("had no credit left in a chat")).toHaveCount(0);
  await page.reload();
  await expect(keysOf(page, main).card(key)).toContainText("No credit");
  await expect(main.getByText("had no credit left in a chat")).toHaveCount(0);

  await standIn.setKey(key, "invalid");
  await page.goto(project);
  await ask("say: hello");
  const { card } = await openKeys(page);
  await expect(modal.getByText("Anthropic refused it in a chat.")).toBeVisible();
  await modal.getByRole("button", { name: "Replace…" }).click();
  const { keyField } = workspace(page);
  await expect(keyField).toBeFocused();
  const good = await standIn.newKey();
  await keyField.fill(good);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(card(good)).toContainText("Works");
  await expect(modal.getByText("Anthropic refused it in a chat.")).toHaveCount(0);
});

test("a custom endpoint: refused addresses say why, an allowed one is tested and saved, and changes only together with its key", async ({
  page,
  standIn,
}) => {
  const { modal, card, act, replaceDialog } = await openKeys(page);
  await modal.getByRole("button", { name: "Custom endpoint" }).click();
  const address = modal.getByLabel("Address");
  const form = modal.locator("form").filter({ has: page.getByLabel("Address") });
  const key = await standIn.newKey("answers", "openai-compatible");
  await form.getByLabel("API Key").fill(key);
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(address).toHaveAccessibleDescription(/Enter the address of the endpoint/);
  await expect(address).toBeFocused();
  await address.fill("http://169.254.169.254/v1");
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await expect(form.getByLabel("API Key")).toHaveValue(key);

  const endpoint = `${process.env["E2E_STAND_IN_URL"]}/compatible/v1`;
  await address.fill(endpoint);
  await form.getByLabel("Name").fill("Office server");
  await form.getByRole("button", { name: "Test Key" }).click();
  await expect(form).toContainText("accepts this key.");
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(card(key)).toContainText("Office server");
  await expect(card(key)).toContainText(endpoint);

  await act(key, "Replace…");
  await expect(replaceDialog.getByLabel("Address")).toHaveValue(endpoint);
  await replaceDialog.getByLabel("Address").fill(endpoint.replace("compatible", "keyless"));
  await replaceDialog.getByRole("button", { name: "Replace key" }).click();
  await expect(replaceDialog.getByLabel("New key")).toHaveAccessibleDescription(/Paste the new key/);
  await replaceDialog.getByLabel("New key").fill(key);
  await replaceDialog.getByRole("button", { name: "Replace key" }).click();
  await expect(card(key)).toContainText("keyless");

  // An endpoint that asks for none: no key is sent, and none is shown.
  await act(key, "Replace…");
  await replaceDialog.getByRole("checkbox", { name: "The endpoint asks for no key" }).check();
  await expect(replaceDialog.getByLabel("New key")).toHaveCount(0);
  await replaceDialog.getByRole("button", { name: "Replace key" }).click();
  const keyless = modal
    .getByRole("listitem")
    .filter({ has: page.getByRole("button", { name: "Actions for Office server", exact: true }) });
  await expect(keyless).toContainText("no key");
  await expect(keyless).toContainText("Works");
});

test("keys are accessible in every state, in light and dark, wide and narrow", async ({ page, standIn }) => {
  await page.goto("/settings");
  const main = page.getByRole("main");
  const { card } = keysOf(page, main);
  await expectAccessibleAndFits(page, "no key");
  for (const name of ["OpenAI API Key", "OpenRouter API Key", "Custom endpoint"]) {
    await main.getByRole("button", { name }).click();
  }
  await expectAccessibleAndFits(page, "all forms open");
  await page.reload();
  const key = await standIn.newKey();
  await main.getByLabel("Anthropic API Key").fill(key);
  await main.getByRole("button", { name: "Save Key" }).click();
  await expect(card(key)).toBeVisible();
  await main.getByRole("button", { name: "Add another key" }).click();
  await main.getByRole("button", { name: "Test Key" }).first().click();
  await expect(card(key)).toContainText("accepts this key");
  await expectAccessibleAndFits(page, "a saved and tested key");
  await card(key)
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await expectAccessibleAndFits(page, "menu");
  await page.keyboard.press("Escape");
  await card(key)
    .getByLabel("Anthropic API Key")
    .fill(await standIn.newKey("overloaded"));
  await card(key).getByRole("button", { name: "Save Key" }).click();
  await expect(main.getByRole("button", { name: "Replace anyway" })).toBeVisible();
  await expectAccessibleAndFits(page, "replacing");
  await main.getByRole("button", { name: "Replace anyway" }).click();
  await expect(main.getByText(/^Old key .* until/)).toBeVisible();
  await expectAccessibleAndFits(page, "an old key beside the new one");
  await page.getByRole("button", { name: "Delete Key" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("It answered no message");
  await expectAccessibleAndFits(page, "deletion");
});
