import { expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { saveKeyQuietly } from "./support/saved-keys";

test("what was done with one's things is read under Activity: filtered, opened, exported", async ({
  page,
  signUp,
  standIn,
  createProject,
  origin,
}) => {
  await signUp(page);
  await createProject(page, "Notes");
  await saveKeyQuietly(page, origin, {
    provider: "anthropic",
    apiKey: await standIn.newKey(),
    label: "Work",
  });

  await page.goto("/settings");
  await page.getByRole("link", { name: /^Activity What/ }).click();
  const today = page.getByRole("region", { name: "Today" });
  const saved = today.getByRole("listitem").filter({ hasText: "You added the key “Work”" });
  await expect(saved).toBeVisible();
  await expect(today.getByText("You created the project “Notes”.")).toBeVisible();

  // By keyboard: opened, and from there only what is about the same key.
  await saved.locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(saved.getByText("ai_key.saved")).toBeVisible();
  await expectAccessibleAndFits(page, "activity");
  await saved.getByRole("button", { name: "Only this object" }).press("Enter");
  await expect(today.getByText("You created the project")).toBeHidden();
  await expect(saved).toBeVisible();

  const downloaded = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download NDJSON" }).click();
  const file = await (await downloaded).createReadStream();
  let text = "";
  for await (const piece of file) text += String(piece);
  expect(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).action),
  ).toEqual(["ai_key.saved"]);

  await page.getByLabel("What").selectOption({ label: "Limits and alerts" });
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("button", { name: "Show everything" }).click();
  await expect(today.getByText("You created the project “Notes”.")).toBeVisible();
});
