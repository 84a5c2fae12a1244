import { randomBytes } from "node:crypto";
import { expectAccessible } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { slowWrite, workspace } from "./support/workspace";

test.beforeEach(async ({ page, signUp, createProject }) => {
  await signUp(page);
  await workspace(page).open(await createProject(page));
});

test("files appear while the agent writes them, stay after a reload, and the one the reader chose stays open", async ({
  page,
}) => {
  const { send, ask, answered, files, fileTree } = workspace(page);
  await expect(files.getByText("No files yet")).toBeVisible();
  await send(slowWrite("story.txt", 1000));
  await expect(fileTree.getByText("being written")).toBeAttached();
  await expect(files.getByText("Writing", { exact: true })).toBeVisible();
  await expect(files.getByLabel("Content of story.txt")).toContainText("line 3 of a file");
  await answered();
  await expect(files.getByText("Writing", { exact: true })).toHaveCount(0);
  await expect(files.getByLabel("Content of story.txt")).toContainText("line 1000 of a file");

  await fileTree.getByRole("button", { name: "story.txt" }).click();
  await send(slowWrite("other.txt", 1000));
  await expect(fileTree.getByText("being written")).toBeAttached();
  await expect(files.getByLabel("Content of story.txt")).toContainText("line 3 of a file");
  await answered();
  await fileTree.getByRole("button", { name: "other.txt" }).click();
  await expect(files.getByLabel("Content of other.txt")).toContainText("line 1000");

  await ask("Build a small to-do list app");
  const names = [/^app\.js/, /^index\.html/, /^other\.txt/, /^story\.txt/, /^styles\.css/];
  await expect(fileTree.getByRole("button")).toHaveText(names);
  await page.reload();
  await expect(fileTree.getByRole("button")).toHaveText(names);
});

test("a tool call that is stopped does not spin forever; the list shows what was written, and the conversation continues", async ({
  page,
}) => {
  const { send, answered, fileTree, ask, conversation } = workspace(page);
  await ask('tool: writeFile {"path":"first.txt","content":"x"}');
  await send(slowWrite("second.txt", 2000));
  await expect(conversation.getByText("Writing second.txt")).toBeVisible();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  const answer = await answered();
  await expect(answer.getByText("Stopped before it could write second.txt")).toBeVisible();
  const onServer = async () => {
    const list = await page.request.get(`/api/v1${new URL(page.url()).pathname}/files`);
    return ((await list.json()) as { files: unknown[] }).files.length;
  };
  await expect(async () =>
    expect(await fileTree.getByRole("button").count()).toBe(await onServer()),
  ).toPass();
  await expect(await ask("say: still here")).toContainText("still here");
});

test("a file opens highlighted, with its size, and can be copied whole; folders close and open, and file names are only names", async ({
  page,
  context,
  baseURL,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: baseURL ?? "" });
  const { ask, files, fileTree } = workspace(page);
  await ask("Write a TypeScript function that turns titles into slugs, with tests");
  await fileTree.getByRole("button", { name: "slugify.ts" }).click();
  const viewer = files.getByRole("region", { name: "File src/slugify.ts" });
  await expect(viewer.getByText(/^\d+ B$/)).toBeVisible();
  await expect(viewer.locator("span[style*='--shiki-token-keyword']").first()).toBeVisible();
  await viewer.getByRole("button", { name: "Copy src/slugify.ts" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("export function slugify(title: string): string {\n");
  expect(copied).not.toMatch(/^\s*1\b/);
  await expectAccessible(page, "file viewer");

  const name = "<img src=x onerror=hacked>.html";
  const content = "<script>window.hacked=1</script>";
  await ask(`tool: writeFile ${JSON.stringify({ path: `docs/deep/__proto__/${name}`, content })}`);
  const folder = fileTree.getByRole("button", { name: "docs/deep/__proto__" });
  await expect(folder).toHaveAttribute("aria-expanded", "true");
  const file = fileTree.getByRole("button", { name });
  await file.click();
  await expect(files.getByLabel(`Content of docs/deep/__proto__/${name}`)).toContainText(content);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  await folder.press("Enter");
  await expect(file).toHaveCount(0);
});

test("an open file follows what the agent does to it: edited, then deleted; every other tool is described in words", async ({
  page,
}) => {
  const { ask, files, fileTree } = workspace(page);
  await ask('tool: writeFile {"path":"notes/today.md","content":"# Groceries\\n"}');
  await fileTree.getByRole("button", { name: "today.md" }).click();
  await expect(files.getByLabel("Content of notes/today.md")).toContainText("# Groceries");
  const answer = await ask(
    'tool: editFile {"path":"notes/today.md","oldText":"Groceries","newText":"Nothing to buy"}',
  );
  await expect(answer.getByText("Edited notes/today.md")).toBeVisible();
  await expect(files.getByLabel("Content of notes/today.md")).toContainText("# Nothing to buy");
  await answer.getByText("Edited notes/today.md").click();
  await expect(answer.getByRole("group", { name: "Change" })).toContainText("+ Nothing to buy");

  await ask('tool: deleteFile {"path":"notes/today.md"}');
  await expect(files.getByText("No files yet")).toBeVisible();

  const refused = await ask('tool: readFile {"path":"missing.txt"}');
  await refused.getByText("Could not read missing.txt").click();
  await expect(refused.getByText("This file does not exist")).toBeVisible();

  await ask('tool: writeFile {"path":"a.txt","content":"needle\\nhay\\n"}');
  await expect(
    (await ask('tool: readFile {"path":"a.txt"}')).getByText("Read a.txt · 2 lines"),
  ).toBeVisible();
  await expect(
    (await ask("tool: listFiles {}")).getByText("Looked at the project's files · 1 file"),
  ).toBeVisible();
  const found = await ask('tool: searchFiles {"query":"needle"}');
  await found.getByText("Searched for “needle” · 1 match").click();
  await expect(found.getByRole("group", { name: "Result" })).toContainText("a.txt:1  needle");
});

test("project secrets: names are listed, values go in and never come out", async ({ page }) => {
  const value = `canary-${randomBytes(12).toString("hex")}`;
  await page.getByRole("button", { name: "Project secrets" }).click();
  const dialog = page.getByRole("dialog", { name: "Project secrets" });
  await expect(dialog.getByText("No secrets yet")).toBeVisible();
  const [name, field] = [dialog.getByLabel("Name"), dialog.getByLabel("Value")];

  await name.fill("database url");
  await field.fill(value);
  await dialog.getByRole("button", { name: "Save secret" }).click();
  await expect(name).toHaveAccessibleDescription(/DATABASE_URL/);
  await expect(field).toHaveValue(value);
  await name.fill("DATABASE_URL");
  const note = dialog.getByLabel("Note (optional)");
  await note.fill("The shop's database, read only");
  await dialog.getByRole("button", { name: "Save secret" }).click();
  await expect(dialog.getByText("DATABASE_URL is saved.")).toBeVisible();
  await expect(dialog.getByRole("list", { name: "Saved secrets" })).toContainText("read only");
  await expect(dialog.getByRole("list", { name: "Saved secrets" })).toContainText("DATABASE_URL");
  await expect(field).toHaveValue("");
  expect(await page.content()).not.toContain(value);
  await expectAccessible(page, "secrets");

  await dialog.getByRole("button", { name: "Replace DATABASE_URL" }).click();
  await expect(name).toHaveValue("DATABASE_URL");
  await expect(field).toBeFocused();
  await expect(note).toHaveValue("The shop's database, read only");
  await field.fill(`${value}-2`);
  await dialog.getByRole("button", { name: "Replace value" }).click();
  await expect(field).toHaveValue("");
  await expect(dialog.getByRole("list", { name: "Saved secrets" }).getByRole("listitem")).toHaveCount(1);

  await dialog.getByRole("button", { name: "Delete DATABASE_URL" }).click();
  const question = page.getByRole("alertdialog", { name: "Delete DATABASE_URL?" });
  await question.getByRole("button", { name: "Delete secret" }).click();
  await expect(dialog.getByText("No secrets yet")).toBeVisible();
  const listed = await page.request.get(`/api/v1${new URL(page.url()).pathname}/secrets`);
  expect(await listed.json()).toEqual({ secrets: [] });
});
