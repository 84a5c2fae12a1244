import { expectAccessible } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { workspace } from "./support/workspace";

test.beforeEach(async ({ page, signUp, createProject }) => {
  await signUp(page);
  await workspace(page).open(await createProject(page, "Threads"));
});

test("a thread appears with its first message, named after it, a new one starts empty, and they keep apart", async ({
  page,
}) => {
  const { ask, message, messages, send, answered } = workspace(page);
  const list = page.getByRole("navigation", { name: "Threads" });
  await expect(list.getByText("Your conversations in this project")).toBeVisible();
  await ask("say: first thread");
  await expect(list.getByRole("link", { name: "say: first thread" })).toHaveAttribute("aria-current", "page");
  await expect(list.getByRole("time")).toHaveAttribute("datetime", /^\d{4}-\d{2}-\d{2}T/);
  await list.getByRole("button", { name: "New thread" }).click();
  await expect(messages).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "What shall we build in Threads?" })).toBeVisible();
  await send("say: second thread");
  await answered();
  await expect(list.getByRole("link")).toHaveText(["say: second thread", "say: first thread"]);

  await list.getByRole("link", { name: "say: first thread" }).click();
  await expect(messages).toHaveText([/first thread/, /first thread/]);
  await page.goBack();
  await expect(messages).toHaveText([/second thread/, /second thread/]);
  await ask("say: more of the second");
  await page.goForward();
  await expect(messages).toHaveText([/first thread/, /first thread/]);
  await page.goBack();
  await expect(messages).toHaveCount(4);
  await page.reload();
  await expect(messages).toHaveCount(4);

  await test.step("on the way back from another page, what happened since is there", async () => {
    await list.getByRole("button", { name: "New thread" }).click();
    await expect(messages).toHaveCount(0);
    await ask("say: second thread");
    await expect(list.getByRole("link", { name: "say: second thread (2)" })).toBeVisible();
    await message.fill("half a thought");
    await page.getByRole("link", { name: "Orchestral, all projects" }).click();
    await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
    await page.goBack();
    await expect(messages).toHaveText([/second thread/, /second thread/]);
    const titles = ["say: second thread (2)", "say: second thread", "say: first thread"];
    await expect(list.getByRole("link")).toHaveText(titles);
    await expect(page.getByRole("heading", { level: 2, name: "say: second thread (2)" })).toBeVisible();
    await expect(message).toHaveValue("half a thought");
  });
});

test("among many threads one is found by words of its title", async ({ page }) => {
  await page.evaluate(async (projectId) => {
    const { token } = (await (await fetch("/api/auth/token")).json()) as { token: string };
    for (const what of ["counter", "clock", "list", "game", "form", "chart", "menu"]) {
      const parts = [{ type: "text", text: `say: build a ${what}` }];
      const answer = await fetch(
        `/api/mastra/codegen?projectId=${projectId}&model=claude-haiku-4-5&keyProvider=platform`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({
            threadId: crypto.randomUUID(),
            messages: [{ id: crypto.randomUUID(), role: "user", parts }],
          }),
        },
      );
      await answer.text();
    }
  }, page.url().split("/").at(-1));
  await page.reload();
  const list = page.getByRole("navigation", { name: "Threads" });
  const search = list.getByRole("searchbox", { name: "Search threads" });
  await search.fill("GAME build");
  await expect(list.getByRole("link")).toHaveText(["say: build a game"]);
  await expect(list.getByText("1 thread found.")).toBeAttached();
  await search.fill("teapot");
  await expect(list.getByText("No thread has “teapot” in its title.")).toBeVisible();
  await search.press("Escape");
  await expect(list.getByRole("link")).toHaveCount(7);
  await expect(list.getByRole("time")).toHaveText(Array.from({ length: 7 }, () => /^now/));
  await expectAccessible(page, "a list of threads");
});

test("a thread is renamed, also after a reload; deleted after a question, its messages are gone with it", async ({
  page,
}) => {
  const { ask, messages, message } = workspace(page);
  await ask("say: draft");
  const list = page.getByRole("navigation", { name: "Threads" });
  await list.getByRole("button", { name: "Actions for thread say: draft" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename thread" });
  const title = dialog.getByLabel("Title");
  await expect(title).toBeFocused();
  await title.fill("  ");
  await title.press("Enter");
  await expect(title).toHaveAccessibleDescription("Give the thread a title.");
  await expect(dialog.getByRole("status")).toContainText("Costs one short request");
  await dialog.getByRole("button", { name: "Suggest a title" }).click();
  await expect(dialog.getByRole("status")).toContainText(/Haiku · platform key · [\d,]+ tokens · /);
  await expect(title).toHaveValue(/\S/);
  await expectAccessible(page, "a suggested title");
  await title.fill("The <b>best</b> idea 💡");
  await title.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(list.getByRole("link", { name: "The <b>best</b> idea 💡" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: "The <b>best</b> idea 💡" })).toBeVisible();
  await page.reload();
  await expect(list.getByRole("link", { name: "The <b>best</b> idea 💡" })).toBeVisible();

  await list.getByRole("button", { name: "New thread" }).click();
  await expect(messages).toHaveCount(0);
  await ask("say: delete me");
  const address = page.url();

  const menu = list.getByRole("button", { name: "Actions for thread say: delete me" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const question = page.getByRole("alertdialog", { name: "Delete this thread?" });
  await expect(question).toContainText("say: delete me");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(messages).toHaveCount(2);

  await menu.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await question.getByRole("button", { name: "Delete thread" }).click();
  await expect(list.getByRole("link")).toHaveText(["The <b>best</b> idea 💡"]);
  await expect(messages).toHaveCount(0);
  await expect(message).toBeFocused();
  await page.goto(address);
  await expect(page.getByRole("heading", { name: "What shall we build" })).toBeVisible();
});

test("the agent goes on while another thread is open", async ({ page }) => {
  const { send, messages, ask } = workspace(page);
  const list = page.getByRole("navigation", { name: "Threads" });
  await send("long: 2000");
  await expect(list.getByText("The agent is at work")).toBeAttached();
  await list.getByRole("button", { name: "New thread" }).click();
  await expect(messages).toHaveCount(0);
  await ask("say: meanwhile");
  await expect(list.getByText("The agent is at work")).toHaveCount(0, { timeout: 90_000 });
  const finished = list.getByRole("link", { name: "long: 2000" });
  await expect(finished.getByText("New answer")).toBeAttached();
  await expectAccessible(page, "an answer that has not been looked at");
  await page.reload();
  await finished.click();
  await expect(list.getByText("New answer")).toHaveCount(0);
  await expect(messages).toHaveCount(2);
  await expect(messages.last()).toContainText("Haiku · platform key");
  await expect(messages.last()).not.toContainText("stopped");
});

test("the address of a thread works only for its owner", async ({ page, context, signUp }) => {
  const { ask, messages } = workspace(page);
  await ask("say: private thing");
  const address = page.url();
  // Nonsense in place of a thread opens a new one.
  for (const thread of ["nonsense", "%00", "../../x", "00000000-0000-4000-8000-000000000000"]) {
    await page.goto(`${new URL(address).pathname}?thread=${thread}`);
    await expect(page.getByRole("heading", { name: "What shall we build in Threads?" })).toBeVisible();
  }
  await context.clearCookies();
  await page.goto(address);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signUp(page, "Somebody Else");
  const opened = await page.goto(address);
  expect(opened?.status()).toBe(404);
  await expect(page.getByText("There is nothing here")).toBeVisible();
  expect(await page.content()).not.toContain("private thing");
  await expect(messages).toHaveCount(0);
});

test("the panes keep their sizes", async ({ page }) => {
  const list = page.getByRole("navigation", { name: "Threads" });
  const files = workspace(page).files;
  const widthOf = async () => (await files.boundingBox())?.width ?? 0;
  const chat = page.getByLabel("Chat", { exact: true }).and(page.locator("section"));
  const widthOfChat = async () => (await chat.boundingBox())?.width ?? 0;
  const beside = await widthOfChat();
  await workspace(page).ask('tool: writeFile {"path":"a.txt","content":"a long line"}');
  const usual = await widthOf();
  expect(await widthOfChat(), "the files are small while there are none").toBeLessThan(beside - 100);
  const divider = page.getByRole("separator", { name: "Width of the files" });
  await divider.press("ArrowLeft");
  await expect(divider).toHaveAttribute("aria-valuenow", "42");
  const box = await divider.boundingBox();
  await page.mouse.move(box?.x ?? 0, 300);
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) - 120, 320, { steps: 3 });
  await page.mouse.up();
  const wide = await widthOf();
  expect(wide).toBeGreaterThan(usual + 100);
  await workspace(page).fileTree.getByRole("button", { name: "a.txt" }).click();
  await files.getByRole("button", { name: "Wrap lines" }).click();
  await page.reload();
  await expect(divider).toBeVisible();
  expect(await widthOf()).toBe(wide);
  await workspace(page).fileTree.getByRole("button", { name: "a.txt" }).click();
  await expect(files.getByRole("button", { name: "Wrap lines" })).toHaveAttribute("aria-pressed", "true");
  await divider.press("Enter");
  await expect(divider).toHaveAttribute("aria-valuenow", "40");
  await expect(list).toBeVisible();
  await page.getByRole("button", { name: "Threads", exact: true }).click();
  await expect(list).toBeHidden();
  await page.getByRole("button", { name: "Files", exact: true }).click();
  await expect(files).toBeHidden();
  await page.reload();
  await expect(workspace(page).message).toBeVisible();
  await expect(list).toBeHidden();
  await expect(files).toBeHidden();
  await page.getByRole("button", { name: "Threads", exact: true }).click();
  await expect(list).toBeVisible();
});

test("on a phone, chat and files are tabs, and the threads are in a drawer", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { ask, messages, message, files, fileTree } = workspace(page);
  await ask("Make a counter page in one file");
  await expect(
    page.getByRole("heading", { level: 2, name: "Make a counter page in one file" }),
  ).toBeInViewport();
  const tab = page.getByRole("tab", { name: "Files" });
  await expect(tab).toHaveAccessibleDescription("Files changed");
  await expectAccessible(page, "a mark on the files");
  await tab.click();
  await expect(tab).toHaveAccessibleDescription("");
  await expect(message).toBeHidden();
  await fileTree.getByRole("button", { name: "counter.html" }).click();
  await expect(files.getByLabel("Content of counter.html")).toContainText("<!doctype html>");
  await expectAccessible(page, "files tab");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Files" }).press("ArrowLeft");
  await expect(page.getByRole("tab", { name: "Chat" })).toBeFocused();
  await expect(message).toBeVisible();
  const failed = await ask('tool: writeFile {"path":"package.json","content":{"name":"x"}}');
  await expect(failed.getByText("Could not write package.json")).toBeVisible();
  await expect(tab, "a call that failed changes nothing").toHaveAccessibleDescription("");

  await page.getByRole("button", { name: "Threads", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: "Threads" });
  await expect(drawer.getByRole("link", { name: "Make a counter page in one file" })).toBeVisible();
  await expectAccessible(page, "drawer");
  await drawer.getByRole("button", { name: "New thread" }).click();
  await expect(drawer).toHaveCount(0);
  await expect(messages).toHaveCount(0);
  await page.getByRole("button", { name: "Threads", exact: true }).click();
  await drawer.getByRole("link", { name: "Make a counter page in one file" }).click();
  await expect(messages).toHaveCount(4);
});
