import { Client } from "pg";
import { WebhookReceiver } from "../support/webhook-receiver";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";

/** Tells the person with this address something, as any part of the product does. */
async function tell(email: string, kind: string, detail: object): Promise<void> {
  const { DATABASE_URL } = JSON.parse(process.env["E2E_INSTALLATION"] ?? "{}") as { DATABASE_URL?: string };
  const client = new Client({ connectionString: DATABASE_URL });
  await client.connect();
  await client.query(
    `insert into notifications (owner_kind, owner_id, kind, dedupe_key, detail)
      select 'person', id, $2, gen_random_uuid()::text, $3 from "user" where email = $1`,
    [email, kind, detail],
  );
  await client.end();
}

test("the bell counts what is unread, its list leads to the next step, and a webhook is added and tested", async ({
  page,
  signUp,
}) => {
  const { email } = await signUp(page);
  await tell(email, "limit_threshold", {
    percent: 80,
    spent: 8_000_000,
    amount: 10_000_000,
    measure: "micro_usd",
    period: "day",
    resetsAt: "2026-12-01T00:00:00Z",
    scope: "person",
  });
  await tell(email, "key_failing", {
    label: "Work",
    last4: "1a2b",
    provider: "anthropic",
    outcome: "invalid",
  });
  await page.goto("/projects");

  await page.getByRole("button", { name: "Notifications, 2 unread" }).click();
  const peek = page.getByRole("dialog", { name: "Notifications" });
  const newest = peek.getByRole("list", { name: "Newest notifications" }).getByRole("listitem");
  await expect(newest).toHaveCount(2);
  await expect(newest.first()).toContainText("Key “Work” (…1a2b) is refused by its provider");
  await expectAccessible(page, "the bell's list");
  await page.keyboard.press("Escape");
  await expect(peek).toBeHidden();
  const bell = page.getByRole("button", { name: /^Notifications/ });
  await expect(bell).toBeFocused();
  await page.keyboard.press("Enter");
  await newest.first().getByRole("link", { name: "Open API keys" }).click();
  await expect(page).toHaveURL(/\/settings#keys$/);
  await expect(peek).toBeHidden();
  await expect(bell).toHaveAccessibleName("Notifications, 1 unread");

  await page.goto("/notifications");
  const all = page.getByRole("list", { name: "Notifications", exact: true }).getByRole("listitem");
  await expect(all).toHaveCount(2);
  await expect(all.nth(1)).toContainText("80% of your limit of today is used");
  await expect(all.nth(1)).toContainText("$8.00 of $10.00.");
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(bell).toHaveAccessibleName("Notifications");
  await expect(page.getByRole("button", { name: /^Mark/ })).toHaveCount(0);

  await expect(page.getByText(/has no mail server/)).toBeVisible();
  const setting = page.getByRole("checkbox", { name: "A key fails at its provider: Here" });
  await setting.uncheck();
  await page.reload();
  await expect(setting).not.toBeChecked();
  await expect(all).toHaveCount(1);

  const receiver = await new WebhookReceiver("127.0.0.1").start();
  await page.getByRole("button", { name: "Add a webhook" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a webhook" });
  await dialog.getByLabel("Address").fill("http://169.254.169.254/");
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Address")).toHaveAccessibleDescription(/This address cannot be used/);
  await expectAccessible(page, "adding a webhook");
  await dialog.getByLabel("Address").fill(`${receiver.address}/hook`);
  await dialog.getByRole("button", { name: "Add webhook" }).click();
  const secret = page.getByRole("dialog", { name: "Signing secret" });
  await expect(secret.getByLabel("Secret")).toHaveValue(/^whsec_/);
  await page.keyboard.press("Escape");
  await expect(secret.getByRole("status")).toContainText("not shown again");
  await secret.getByRole("button", { name: "Done" }).click();

  const webhook = page.getByRole("list", { name: "Webhooks" }).getByRole("listitem");
  await webhook.getByRole("button", { name: /^Test/ }).click();
  await expect(webhook).toContainText("The receiver took it (status 204).");
  await expect(webhook).toContainText("Last: taken (204)");
  await receiver.stop();
  await webhook.getByRole("button", { name: /^Test/ }).click();
  await expect(webhook.getByRole("alert")).toContainText("The receiver cannot be reached.");
  await expectAccessibleAndFits(page, "notifications");

  await webhook.getByRole("button", { name: /^Actions/ }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete webhook" }).click();
  await expect(page.getByText("No webhooks")).toBeVisible();
});
