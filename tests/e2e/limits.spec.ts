import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { saveKeyQuietly } from "./support/saved-keys";
import { workspace } from "./support/workspace";

test("a person limits their keys, reads why a message does not fit, raises the limit once, and it is answered", async ({
  page,
  signUp,
  createProject,
  standIn,
  baseURL,
}) => {
  await signUp(page);
  const projectId = await createProject(page);
  const apiKey = await standIn.newKey();
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey, label: "Work" });

  await page.goto("/settings");
  await page.getByRole("link", { name: /^Limits What/ }).click();
  await expect(page.getByText("No limits", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Add a limit" }).click();
  const form = page.getByRole("dialog", { name: "New limit" });
  await form.getByLabel("For", { exact: true }).selectOption({ index: 1 });
  await form.getByLabel("In", { exact: true }).selectOption("a day");
  await form.getByLabel("At most (US dollars)").fill("much");
  await form.getByRole("button", { name: "Add limit" }).click();
  await expect(form.getByText("Write an amount such as 5 or 2.50.")).toBeVisible();
  await expectAccessible(page, "the form of a limit");
  await form.getByLabel("At most (US dollars)").fill("0.0005");
  await form.getByRole("button", { name: "Add limit" }).click();
  const limits = page.getByRole("list", { name: "Limits of your keys" }).getByRole("listitem");
  await expect(limits).toContainText(/Work .*\$0\.0005 a day/);
  await expect(limits).toContainText(/\$0\.00 of \$0\.0005 · resets on /);
  await expect(limits.getByRole("meter")).toHaveAttribute("aria-valuetext", "0 percent");
  await expectAccessibleAndFits(page, "limits");

  const { open, choose, send, messages, ask } = workspace(page);
  await open(projectId);
  await choose("Haiku (personal key)");
  const refused = await ask("say: within the limit");
  await expect(refused.getByRole("alert")).toContainText("This key's limit of $0.0005 a day has no room");
  await expect(refused.getByRole("button", { name: "Choose model and key" })).toBeVisible();
  await expect(refused.getByRole("button", { name: "Ask for more" })).toHaveCount(0);
  await expectAccessible(page, "a message that does not fit");
  await refused.getByRole("button", { name: /^Raise it once by \$/ }).click();
  await expect(messages.last()).toContainText("within the limit");
  await send("say: and on");
  await expect(messages.last()).toContainText("and on");

  await page.goto("/usage/limits");
  await expect(limits).toContainText(/Raised by \$/);
  await limits.getByRole("button", { name: /^Actions for the limit/ }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete limit" }).click();
  await expect(page.getByText("No limits", { exact: true })).toBeVisible();
});
