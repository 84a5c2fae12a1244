import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { workspace } from "./support/workspace";

test.beforeEach(async ({ page, signUp, createProject }) => {
  await signUp(page);
  await workspace(page).open(await createProject(page));
});

/** What the product says of the Anthropic key: the answer of the plan's route. */
async function keyStatus(page: Page): Promise<unknown> {
  return (await page.request.get("/api/v1/user/ai-keys?provider=anthropic")).json();
}

test("a key is saved, read back and deleted", async ({ page, standIn }) => {
  const { modal, keyField, openModal } = workspace(page);
  const key = await standIn.newKey();
  await test.step("checklist 2: saving an Anthropic API key", async () => {
    await openModal("API Keys");
    await expect(modal.getByText("No key saved")).toBeVisible();
    await expect(keyField).toHaveAttribute("placeholder", "sk-ant-...");
    await keyField.fill(`  ${key}\n`);
    await modal.getByRole("button", { name: "Save Key" }).click();
    await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
    await expect(modal.getByText(`···${key.slice(-4)}`)).toBeVisible();
    await expect(keyField).toHaveValue("");
    await expect(modal.getByRole("button", { name: "Use it now" })).toBeVisible();
  });

  await test.step("checklist 3: the key's status is read back, also after a reload", async () => {
    expect(await keyStatus(page)).toEqual({ hasKey: true, provider: "anthropic" });
    await page.reload();
    await openModal("API Keys");
    await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
  });

  await test.step("checklist 4: deleting a key asks first, says what happens next, and then it is gone", async () => {
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
    expect(await keyStatus(page)).toEqual({ hasKey: false, provider: "anthropic" });
  });
});

test("the modal without a key", async ({ page }) => {
  const { modal, triggers } = workspace(page);
  await test.step("checklist 5: the model selector modal opens and closes correctly", async () => {
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

  await test.step("checklist 8: the personal key's selection is disabled without a saved key, and says why", async () => {
    await workspace(page).openModal("Model Selection");
    const personal = modal.getByRole("radio", { name: "Haiku (personal key)" });
    await expect(personal).toBeDisabled();
    await expect(personal).toHaveAccessibleDescription(/Requires your Anthropic API key/);
    await expectAccessible(page, "model selection with a disabled option");
    await modal
      .getByRole("group", { name: /^Your Anthropic key$/ })
      .getByRole("button", { name: /^Open API Keys/ })
      .click();
    await expect(modal.getByRole("tab", { name: "API Keys" })).toHaveAttribute("aria-selected", "true");
  });
});

test("checklist 6: the model selection persists during the session, per tab, and not in the database", async ({
  page,
  context,
  standIn,
}) => {
  const { modal, openModal, saveKey, choose, triggers } = workspace(page);
  const platform = "Model: Haiku, platform key. Change model";
  const key = await standIn.newKey();
  await saveKey(key);
  await openModal("Model Selection");
  await modal.getByRole("radio", { name: "Haiku (personal key)" }).check();
  await modal.getByRole("button", { name: "Cancel" }).click();
  await expect(triggers.first(), "what was not applied is forgotten").toHaveAccessibleName(platform);
  await openModal("Model Selection");
  await expect(modal.getByRole("radio", { name: "Haiku (platform key)" })).toBeChecked();
  await page.keyboard.press("Escape");

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
  await expect(workspace(otherTab).triggers.first()).toHaveAccessibleName(platform);

  await test.step("what is chosen as the default is there in new tabs, below what a tab has chosen", async () => {
    await openModal("Model Selection");
    await modal.getByRole("radio", { name: "Sonnet (personal key)" }).check();
    await modal.getByRole("checkbox", { name: "My default for new tabs" }).check();
    await modal.getByRole("button", { name: "Apply" }).click();
    await expect(modal).toHaveCount(0);
    const third = await context.newPage();
    await third.goto(page.url());
    await expect(workspace(third).triggers.first()).toHaveAccessibleName(/^Model: Sonnet, your key/);
    await workspace(third).choose("Haiku (platform key)");
    await third.reload();
    await expect(workspace(third).triggers.first()).toHaveAccessibleName(platform);
  });
});

const textOf = (word: string) => `say: ${word} ${randomUUID()}`;

test("each message uses the key that was chosen for it, and says so", async ({ page, standIn }) => {
  const { modal, keyField, openModal, saveKey, choose, ask, triggers, messages } = workspace(page);
  const keysOf = async (text: string) => (await standIn.journal({ text })).map(({ apiKey }) => apiKey);
  const [key, fresh] = [await standIn.newKey(), await standIn.newKey()];
  const platform = textOf("platform");
  await test.step("checklist 7: the platform key's selection works", async () => {
    await openModal("Model Selection");
    await expect(modal.getByRole("radio", { name: "Haiku (platform key)" })).toBeChecked();
    await modal.getByRole("button", { name: "Apply" }).click();
    const answer = await ask(platform);
    await expect(answer).toContainText(platform.slice(5));
    await expect(answer).toContainText("Haiku · platform key");
    expect(await keysOf(platform)).toEqual([standIn.platformKey]);
  });

  const mine = textOf("mine");
  await test.step("checklist 9, 15: the personal key's selection works once a key is saved, and the agent uses that key", async () => {
    await openModal("API Keys");
    await keyField.fill(key);
    await modal.getByRole("button", { name: "Save Key" }).click();
    await modal.getByRole("button", { name: "Use it now" }).click();
    await expect(modal.getByRole("radio", { name: "Haiku (personal key)" })).toBeChecked();
    await modal.getByRole("button", { name: "Apply" }).click();
    await expect(triggers.last()).toHaveAccessibleName(
      `Model: Haiku, your key ···${key.slice(-4)}. Change model`,
    );
    await expect(await ask(mine)).toContainText(`Haiku · personal key ···${key.slice(-4)}`);
    expect(await keysOf(mine)).toEqual([key]);
  });

  await test.step("checklist 10, 17: switching keys mid-conversation counts from the next message, and each answer names its payer", async () => {
    await choose("Haiku (platform key)");
    const back = textOf("back");
    await ask(back);
    await expect(messages).toHaveCount(6);
    await expect(messages.nth(1)).toContainText("Haiku · platform key");
    await expect(messages.nth(3)).toContainText(`Haiku · personal key ···${key.slice(-4)}`);
    await expect(messages.nth(5)).toContainText("Haiku · platform key");
    expect(await Promise.all([platform, mine, back].map(keysOf))).toEqual([
      [standIn.platformKey],
      [key],
      [standIn.platformKey],
    ]);
  });

  await test.step("checklist 12, 13, 14: project, model and key provider reach the agent, and the agent knows and uses them", async () => {
    await choose("Sonnet (personal key)");
    const text = textOf("where");
    const sent = page.waitForRequest((request) => request.url().includes("/api/mastra/codegen"));
    await ask(text);
    const request = await sent;
    expect(Object.fromEntries(new URL(request.url()).searchParams)).toEqual({
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

  await test.step("a key is replaced by saving another one", async () => {
    await saveKey(fresh);
    const text = textOf("replaced");
    await expect(await ask(text)).toContainText(`···${fresh.slice(-4)}`);
    expect(await keysOf(text)).toEqual([fresh]);
  });
});

test("checklist 11: a key the provider refuses is named, with the way to replace it, and the conversation goes on", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask, modal, keyField, messages, answered, triggers, openModal } = workspace(page);
  const refused = await standIn.newKey("invalid-echoing-key");
  await saveKey(refused);
  await choose("Haiku (personal key)");
  const failed = await ask("say: hello");
  await expect(failed.getByRole("alert")).toContainText("Anthropic does not accept your API key");

  await test.step("it is marked where it is chosen, and may still be used", async () => {
    for (const trigger of await triggers.all()) {
      await expect(trigger).toHaveAccessibleName(
        `Model: Haiku, your key ···${refused.slice(-4)}. Change model`,
      );
      await expect(trigger).toHaveAccessibleDescription(/^Your key was recently rejected/);
    }
    await openModal("Model Selection");
    await expect(modal.getByText("Recently rejected")).toBeVisible();
    await expect(modal.getByRole("radio", { name: "Haiku (personal key)" })).toBeEnabled();
    await expectAccessible(page, "a refused key in the picker");
    await page.keyboard.press("Escape");
    await page.reload();
    await expect(triggers.first()).toHaveAccessibleDescription(/^Your key was recently rejected/);
  });

  await failed.getByRole("button", { name: "Switch key" }).click();
  await expect(modal.getByRole("tab", { name: "Model Selection" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await failed.getByRole("button", { name: "Update key" }).click();
  await expect(modal.getByRole("tab", { name: "API Keys" })).toHaveAttribute("aria-selected", "true");
  await expect(keyField).toBeFocused();
  await expect(modal.getByText("Refused", { exact: true }), "one status").toBeVisible();
  await expect(modal.getByText("Key saved", { exact: true })).toHaveCount(0);
  const good = await standIn.newKey();
  await keyField.fill(good);
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
  await expect(keyField).toHaveValue("");
  await expect(modal.getByRole("listitem").getByText(`···${good.slice(-4)}`)).toBeVisible();
  await page.keyboard.press("Escape");

  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(messages.last()).toContainText("hello");
  await expect(await answered()).toContainText(`···${good.slice(-4)}`);
});

test("checklist 16: an exhausted quota of the personal key says so and offers another choice, without switching automatically", async ({
  page,
  standIn,
}) => {
  const { saveKey, choose, ask, modal, triggers, messages } = workspace(page);
  const key = await standIn.newKey("no-credit");
  await saveKey(key);
  await choose("Haiku (personal key)");
  const text = `say: broke ${randomUUID()}`;
  await ask(text);
  const failed = messages.nth(1);
  await expect(failed.getByRole("alert")).toContainText("no credit left");
  await expect(triggers.first()).toHaveAccessibleName(
    `Model: Haiku, your key ···${key.slice(-4)}. Change model`,
  );
  expect((await standIn.journal({ text })).map(({ apiKey }) => apiKey)).toEqual([key]);
  await failed.getByRole("button", { name: "Switch key" }).click();
  await expect(modal.getByRole("tab", { name: "Model Selection" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");

  await test.step("the provider's billing page is a real link that opens beside the chat", async () => {
    const link = failed.getByRole("link", { name: "Add credit (opens in a new tab)" });
    await expect(link).toHaveAttribute("href", "https://console.anthropic.com/settings/billing");
    await expect(link).toHaveAttribute("target", "_blank");
    await expect(link).toHaveAttribute("rel", /noopener/);
    await expectAccessible(page, "no credit");
  });

  await test.step("further up it keeps its sentence and its links, but no longer asks again", async () => {
    await expect(failed.getByRole("button", { name: "Try again" })).toBeVisible();
    await choose("Haiku (platform key)");
    await ask("say: next");
    await expect(failed).toContainText("no credit left");
    await expect(failed.getByRole("link", { name: /^Add credit/ })).toBeVisible();
    await expect(failed.getByRole("button", { name: /^Try again/ })).toHaveCount(0);
  });
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
  const { saveKey, choose, openModal, modal, triggers, ask, messages, answered } = workspace(page);
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
  await expect(failed.getByRole("button", { name: "Open API Keys" })).toBeVisible();
  expect(await standIn.journal({ text })).toEqual([]);

  await saveKey(await standIn.newKey());
  await choose("Haiku (platform key)");
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(messages.last()).toContainText("nobody pays");
  await expect(await answered()).toContainText("Haiku · platform key");
});

test("the field of a key takes what is pasted, and keeps nothing of it once it is saved", async ({
  page,
  context,
  standIn,
}) => {
  const { modal, keyField, openModal } = workspace(page);
  const save = modal.getByRole("button", { name: "Save Key" });
  await openModal("API Keys");

  await test.step("every provider has its field, Anthropic's first and open", async () => {
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

  await test.step("no password manager takes the field for a login", async () => {
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

  await test.step("the format check is a hint, never a wall", async () => {
    await keyField.fill("");
    await save.first().click();
    await expect(keyField).toHaveAccessibleDescription(/Paste an API key before saving/);
    await expect(keyField).toBeFocused();
    await keyField.fill("sk-proj-0123456789");
    await expect(modal.getByText("This looks like an OpenAI key")).toBeVisible();
    await keyField.fill("something-quite-different-42");
    await expect(modal.getByText("You can save this one all the same")).toBeVisible();
  });

  const key = await standIn.newKey();
  await test.step("a key that could not be saved is still in the field, and nowhere else", async () => {
    await keyField.fill(key);
    expect(await page.content(), "masked before saving: never an attribute").not.toContain(key);
    await context.setOffline(true);
    await save.first().click();
    await expect(modal.getByRole("alert")).toContainText("cannot be reached");
    await expect(keyField).toHaveValue(key);
    await context.setOffline(false);
    await save.first().click();
    await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
  });

  await test.step("saved, it is gone from the page: text, attributes, fields, storage, cookies, undo", async () => {
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
});

test("the modal is accessible in every state", async ({ page, standIn }) => {
  const { modal, keyField, openModal } = workspace(page);
  await openModal("API Keys");
  await expectAccessible(page, "no key");
  await keyField.fill("sk-or-v1-0123456789");
  await expect(modal.getByText("This looks like an OpenRouter key")).toBeVisible();
  await expectAccessible(page, "hint");
  await keyField.fill(await standIn.newKey());
  await modal.getByRole("button", { name: "Save Key" }).click();
  await expect(modal.getByRole("button", { name: "Use it now" })).toBeVisible();
  await expectAccessibleAndFits(page, "saved");
  await modal.getByRole("button", { name: "Delete Key" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectAccessible(page, "question");
});
