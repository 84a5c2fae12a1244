import type { AiKeyListResponse } from "@/contracts/ai-keys";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { saveKeyQuietly } from "./support/saved-keys";
import { workspace } from "./support/workspace";

test("a key that ends is extended beside the message that was refused, and one that is paused is resumed", async ({
  page,
  signUp,
  createProject,
  standIn,
  baseURL,
}) => {
  await signUp(page);
  const projectId = await createProject(page);
  const apiKey = await standIn.newKey();
  const keyId = await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey, label: "Work" });
  const change = async (data: object) => {
    const answer = await page.request.patch(`/api/v1/user/ai-keys/${keyId}`, {
      data,
      headers: { origin: baseURL ?? "" },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  const { open, choose, ask, answered, messages, openModal, modal } = workspace(page);
  await open(projectId);
  await choose("Haiku (personal key)");

  await change({ expiresAt: new Date(Date.now() + 1000).toISOString() });
  await expect
    .poll(async () => {
      const answer = await page.request.get("/api/v1/user/ai-keys");
      return ((await answer.json()) as AiKeyListResponse).keys[0]?.isExpired;
    })
    .toBe(true);
  const failed = await ask("say: on time");
  await expect(failed.getByRole("alert")).toContainText("past the date you gave it");
  await failed.getByRole("button", { name: "Extend by 30 days" }).click();
  await expect(failed.getByRole("status")).toContainText("“Work” may be used until");
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(messages.last()).toContainText("on time");
  await answered();

  await page.reload();
  await openModal("API Keys");
  const card = modal.getByRole("listitem").filter({ hasText: "Work" });
  await page.getByRole("button", { name: /^Actions for Work/ }).click();
  await page.getByRole("menuitem", { name: "Pause…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Pause key" }).click();
  await expect(card).toContainText("You paused it. Nothing is sent with it.");
  await expectAccessible(page, "a paused key");
  await card.getByRole("button", { name: "Resume…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resume key" }).click();
  await expect(card.getByText("“Work” can be used again.")).toBeVisible();

  await page.getByRole("button", { name: /^Actions for Work/ }).click();
  await page.getByRole("menuitem", { name: "Dates and safety…" }).click();
  const dates = page.getByRole("dialog", { name: "Dates and safety" });
  await expectAccessibleAndFits(page, "the dates of a key");
  // A month and nothing more: as good as empty for a script, but not for the person.
  await dates.getByLabel("Made on").pressSequentially("02");
  await dates.getByRole("button", { name: "Save" }).click();
  await expect(dates.getByLabel("Made on")).toHaveAccessibleDescription("This is not a whole date.");
  await dates.getByLabel("Made on").fill(new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 10));
  await dates.getByRole("button", { name: "No last day" }).click();
  await dates.getByLabel("Remind me to replace it").selectOption("After 90 days");
  await dates.getByRole("radio", { name: "Pause it and tell me" }).check();
  await dates.getByRole("button", { name: "Save" }).click();
  await expect(dates).toHaveCount(0);
  await expect(card).toContainText("To be replaced by");
  await expect(card).toContainText("Due to be replaced");
  await expect(card).not.toContainText("Last day");
});
