import { ANTHROPIC_ADMIN_DEMO_KEY } from "../../demo/stand-in/dialects/anthropic/demo-keys";
import { expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";

test("a person adds an admin key, sees what was charged beside what was counted, and takes the key away", async ({
  page,
  signUp,
}) => {
  await signUp(page);
  await page.goto("/usage/reconciliation");
  await expect(page.getByText("Nothing to compare")).toBeVisible();
  const card = page.getByRole("region", { name: "Anthropic admin key" });
  await expect(card.getByRole("link", { name: /^Make one/ })).toHaveAttribute(
    "href",
    /console\.anthropic\.com/,
  );
  await card.getByLabel("Admin key").fill("sk-ant-admin01-nobody-knows-this-one");
  await card.getByRole("button", { name: "Test and save" }).click();
  await expect(card.getByText(/does not accept this key.*Nothing was saved\./)).toBeVisible();

  await card.getByLabel("Admin key").fill(ANTHROPIC_ADMIN_DEMO_KEY);
  await card.getByRole("button", { name: "Test and save" }).click();
  await expect(card.getByText("ending in a1AA")).toBeAttached();
  await expect(page.getByText(/Anthropic also charged \$\d/)).toBeVisible();
  const asked = page.getByRole("list", { name: "Who is asked" });
  await expect(asked.getByRole("listitem")).toContainText("Asked");
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("Asked: 1 key. The figures are up to date.")).toBeVisible();
  await expectAccessibleAndFits(page, "reconciliation");

  await card.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete admin key" }).click();
  await expect(card.getByLabel("Admin key")).toBeVisible();
  await expect(page.getByText("Nobody yet", { exact: false })).toBeVisible();
});
