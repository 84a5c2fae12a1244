import type { BrowserContext, Page } from "@playwright/test";
import { HttpPerson } from "../support/http-person";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { expect } from "./support/fixtures";
import { test, type VaultServer } from "./support/vault-server";
import { workspace } from "./support/workspace";

const VAULT = "/api/v1/operator/vault";

/** A rate so low that it lasts until it is cancelled. */
const SLOW = "1";

async function signInAs(context: BrowserContext, vault: VaultServer, person: HttpPerson): Promise<void> {
  const cookies = person.cookie.split("; ").map((cookie) => {
    const [name = "", ...value] = cookie.split("=");
    return { name, value: value.join("="), url: vault.url };
  });
  await context.addCookies(cookies);
}

/** The page as an operator finds it: by names and roles. */
function vaultPage(page: Page) {
  const progress = page.getByRole("region", { name: "Progress" });
  const bar = progress.getByRole("progressbar");
  return {
    progress,
    bar,
    cancel: progress.getByRole("button", { name: /^Cancel/ }),
    values: page
      .getByRole("list", { name: "Sealed values" })
      .getByRole("listitem")
      .filter({ hasText: "value" }),
    keyRow: (id: string) =>
      page.getByRole("list", { name: "Key-encryption keys" }).getByRole("listitem").filter({ hasText: id }),
    history: page.getByRole("table", { name: "The latest rotations and verifications" }),
    figure: (label: string) =>
      progress.getByRole("term").filter({ hasText: label }).locator("xpath=..").getByRole("definition"),

    async open(): Promise<void> {
      await page.goto("/settings/vault");
      await expect(page.getByRole("heading", { level: 1, name: "Vault" })).toBeVisible();
    },

    async start(
      what: "Verify everything" | "Rotate data keys" | "Rotate the key-encryption key",
      { dryRun = false, rate = "" } = {},
    ): Promise<void> {
      await page.getByRole("radio", { name: what, exact: true }).check();
      await page.getByRole("checkbox", { name: "Dry run" }).setChecked(dryRun);
      await page.getByLabel("Rate limit (rows per second)").fill(rate);
      await page.getByRole("button", { name: /^Start (rotation|verification)$/ }).click();
      await expect(page.getByText("Started", { exact: true })).toBeVisible();
    },

    async finished(title: string): Promise<void> {
      await expect(progress.getByRole("heading", { name: title, exact: true })).toBeVisible({
        timeout: 60_000,
      });
      await expect(progress.getByText(/^Finished/).first()).toBeVisible();
      // What is done does not look as if nothing had run.
      await expect(bar.locator("rect")).toHaveClass(/fill-success/);
    },
  };
}

// One after the other: they look at the same server, and the last one restarts it.
test.describe.configure({ mode: "default" });

/** Everything a rotation could change, as stored. */
async function everythingSealed({ sql }: VaultServer) {
  return {
    keys: await sql("select id, api_key, unreadable_since from user_ai_api_keys order by id"),
    secrets: await sql("select id, value, unreadable_since from project_secrets order by id"),
    dataKeys: await sql("select id, state, wrapped from data_keys where owner_kind <> 'system' order by id"),
  };
}

test.describe("who sees the vault", () => {
  test("the operator finds it in the settings; for everybody else it does not exist", async ({
    page,
    browser,
    vault,
  }) => {
    await signInAs(page.context(), vault, vault.operator);
    await page.goto("/settings");
    await page.getByRole("link", { name: /^Vault Encryption/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Vault" })).toBeVisible();
    await expect(page).toHaveTitle(/Vault/);
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await expect(page).toHaveURL("/settings");

    const context = await browser.newContext({ baseURL: vault.url });
    const other = await context.newPage();
    await other.goto("/settings/vault");
    await expect(other).toHaveURL("/sign-in?next=%2Fsettings%2Fvault");
    await signInAs(context, vault, vault.people[0] as HttpPerson);
    await other.goto("/settings");
    await expect(other.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    await expect(other.getByRole("link", { name: /vault/i })).toHaveCount(0);
    expect((await other.goto("/settings/people"))?.status()).toBe(404);
    expect((await other.goto("/settings/limits"))?.status()).toBe(404);
    expect((await other.goto("/settings/vault"))?.status()).toBe(404);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
    await context.close();
  });
});

test("the operator reads who did what, by person, and verifies it", async ({ page, vault }) => {
  const [ada] = vault.people as [HttpPerson];
  await signInAs(page.context(), vault, vault.operator);
  await page.goto("/settings");
  await page.getByRole("link", { name: /^Audit log/ }).click();
  const today = page.getByRole("region", { name: "Today" });
  await expect(today.getByText("Grace added a key of").first()).toBeVisible();
  await page.getByLabel("Who", { exact: true }).fill(ada.email);
  await page.getByRole("button", { name: `Ada, ${ada.email}` }).click();
  await expect(page.getByRole("button", { name: "By Ada" })).toBeVisible();
  await expect(today.getByText(/^Grace/)).toHaveCount(0);
  await page.getByLabel("What").selectOption({ label: "Projects and secrets" });
  const secret = today.getByRole("listitem").filter({ hasText: "Ada saved a project’s secret." });
  await secret.locator("summary").click();
  await expect(secret.getByText(ada.userId)).toBeVisible();
  await page.getByRole("button", { name: "Verify the audit trail" }).click();
  await expect(page.getByText(/records are as they were written/)).toBeVisible();
  await expect(page.getByText(/^Verified just now: whole up to record/)).toBeVisible();
  await expectAccessibleAndFits(page, "the audit log");
});

test("the operator gives each person an allowance on the platform's key", async ({ page, vault }) => {
  await signInAs(page.context(), vault, vault.operator);
  await page.goto("/settings");
  await page.getByRole("link", { name: /^Limits of the platform/ }).click();
  await page.getByRole("button", { name: "Add a limit" }).click();
  const form = page.getByRole("dialog", { name: "New limit" });
  await expect(form.getByLabel("For", { exact: true })).toContainText("Ada");
  await form.getByLabel("At most (US dollars)").fill("20");
  await form.getByRole("button", { name: "Add limit" }).click();
  const limits = page.getByRole("list", { name: "Limits of the platform's key" }).getByRole("listitem");
  await expect(limits).toContainText("Each person");
  await expect(limits).toContainText("$20.00 a month");
  await expectAccessibleAndFits(page, "limits of the platform's key");
});

test("the operator invites somebody, gives them a link to set a password, and suspends them", async ({
  page,
  browser,
  vault,
}) => {
  await signInAs(page.context(), vault, vault.operator);
  await page.goto("/settings");
  await page.getByRole("link", { name: /^People Accounts/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "People" })).toBeVisible();
  await page.getByLabel("Email (optional)").fill("ina@example.com");
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  const invitation = await linkOf(page, "Invitation");
  await expectAccessible(page, "a link that was just made");
  // Chromium closes a dialog on a second Escape, whatever the page says to the first.
  const shown = page.getByRole("dialog", { name: "Invitation" });
  for (let presses = 1; presses <= 3; presses += 1) {
    await page.keyboard.press("Escape");
    await expect(shown.getByRole("status")).toHaveText(/^It is not shown again\./);
  }
  expect(await linkOf(page, "Invitation"), "a link not copied stays").toBe(invitation);
  await page.getByRole("button", { name: "Done" }).click();
  const invitations = page.getByRole("list", { name: "Invitations" }).getByRole("listitem");
  await expect(invitations.filter({ hasText: "ina@example.com" })).toContainText("Open");

  const context = await browser.newContext();
  const hers = await context.newPage();
  await hers.goto(invitation);
  await expect(hers.getByText("You are invited.")).toBeVisible();
  await expect(hers.getByLabel("Email")).toHaveValue("ina@example.com");
  await hers.getByLabel("Name").fill("Ina Invited");
  await hers.getByLabel("Password", { exact: true }).fill("ina@example.com");
  await hers.getByRole("button", { name: "Create account" }).click();
  await expect(hers.getByText("This password is among the first that are guessed.")).toBeVisible();
  await hers.getByLabel("Password", { exact: true }).fill("a quiet evening by the sea");
  await hers.getByRole("button", { name: "Create account" }).click();
  await expect(hers).toHaveURL(/\/projects$/);

  await page.reload();
  await expect(invitations.filter({ hasText: "ina@example.com" })).toContainText("Used");
  await page.getByLabel("Search people").fill("INA@");
  const people = page.getByRole("list", { name: "People" }).getByRole("listitem");
  await expect(people).toHaveCount(1);
  const actions = page.getByRole("button", { name: "Actions for Ina Invited, ina@example.com" });
  await actions.click();
  await page.getByRole("menuitem", { name: "Make a reset link" }).click();
  const reset = await linkOf(page, "Reset link for Ina Invited");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(people).toContainText("Reset link open");
  await expectAccessibleAndFits(page, "the list of people");
  await hers.goto(reset);
  await hers.getByLabel("New password", { exact: true }).fill("another evening by the sea");
  await hers.getByRole("button", { name: "Set password" }).click();
  await expect(hers.getByText("Your new password is set.")).toBeVisible();
  await hers.goto("/projects");
  await expect(hers).toHaveURL(/\/sign-in/);

  await actions.click();
  await page.getByRole("menuitem", { name: "Suspend…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Suspend" }).click();
  await expect(people).toContainText("Suspended");
  await hers.getByLabel("Email").fill("ina@example.com");
  await hers.getByLabel("Password", { exact: true }).fill("another evening by the sea");
  await hers.getByRole("button", { name: "Sign in" }).click();
  await expect(hers.getByText("This account is suspended.")).toBeVisible();
  await context.close();
  await page.getByLabel("Search people").fill("no such person");
  await expect(page.getByText("Nobody found")).toBeVisible();
});

/** The link in the dialog that shows it once. */
function linkOf(page: Page, title: string): Promise<string> {
  return page
    .getByRole("alertdialog", { name: title })
    .or(page.getByRole("dialog", { name: title }))
    .getByLabel("Link", { exact: true })
    .inputValue();
}

test("a key that can no longer be opened says so and is pasted again; the other keys work", async ({
  page,
  vault,
}) => {
  const person = vault.people[0] as HttpPerson;
  const [broken] = await vault.sql<{ id: string; last4: string }>(
    "select id, last4 from user_ai_api_keys where user_id = $1",
    [person.userId],
  );
  const beside = "sk-ant-api03-the-key-beside-it";
  const besideId = await person.saveKey(beside, { label: "Beside" });
  // Sealed for another purpose than the row's: it cannot be opened.
  await vault.sql(
    "update user_ai_api_keys set seal_purpose = 'anthropic:' || gen_random_uuid() where id = $1",
    [broken?.id],
  );
  await signInAs(page.context(), vault, person);
  await page.goto("/settings");
  const keys = page.getByRole("list", { name: "Anthropic keys" }).getByRole("listitem");
  const first = keys.filter({ hasText: "Anthropic key" });
  await first.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Test key" }).click();
  await expect(first).toContainText("Needs re-entry");
  await expect(first).toContainText("This key can no longer be read. Paste it again; everything else works.");
  await expectAccessible(page, "a key that needs re-entry");

  // No provider answers here: this only tests that the other key can be opened and used.
  const second = keys.filter({ hasText: "Beside" });
  await second.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Test key" }).click();
  await expect(second).toContainText("Not reachable");

  await first.getByRole("button", { name: "Paste it again" }).click();
  const dialog = page.getByRole("dialog", { name: "Replace key" });
  await expect(dialog.getByLabel("Keep the old key available")).toHaveCount(0);
  await dialog.getByLabel("New key").fill("sk-ant-api03-pasted-once-more");
  await dialog.getByRole("button", { name: "Replace key" }).click();
  await dialog.getByRole("button", { name: "Replace anyway" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(first).toContainText("Key saved");
  await expect(first).not.toContainText("Needs re-entry");
  // The other tests of this server count its values.
  const gone = await person.call("DELETE", `/api/v1/user/ai-keys/${besideId}`);
  expect(gone.status).toBe(200);
});

test.describe("an operator", () => {
  test.beforeEach(async ({ page, vault }) => {
    await signInAs(page.context(), vault, vault.operator);
  });
  test.afterEach(async ({ vault }) => {
    // A test that failed midway leaves none behind for the next.
    const { running } = (await vault.operator.call("GET", VAULT)).body;
    if (running) await vault.operator.call("DELETE", `${VAULT}/rotations/${running.id}`);
  });

  test("watches a rotation of the data keys to its end, and nothing jumps meanwhile", async ({
    page,
    vault,
  }) => {
    const ui = vaultPage(page);
    await ui.open();
    await expect(ui.progress).toContainText("Nothing has run yet");
    await expect(page.getByText("No rotation yet")).toBeVisible();
    const before = await everythingSealed(vault);
    const topOf = async (name: string) =>
      (await page.getByRole("heading", { name, exact: true }).boundingBox())?.y;
    const place = async () => ((await topOf("Key-encryption keys")) ?? 0) - ((await topOf("Vault")) ?? 0);
    const atFirst = await place();

    await ui.start("Rotate data keys", { rate: "3" });
    await expect(ui.bar).toHaveAccessibleName("Rotating data keys");
    await expect(ui.progress).toContainText("at most 3 per second");
    await expect(ui.cancel).toBeVisible();
    await expect(ui.progress).toBeInViewport();
    expect(await place()).toBe(atFirst);
    await expect(page.getByRole("button", { name: "Start rotation" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );

    await ui.finished("Data keys");
    expect(await place()).toBe(atFirst);
    await expect(ui.bar).toHaveAttribute("aria-valuenow", "100");
    await expect(ui.bar.locator("rect"), "it is not grey").toHaveClass(/\bfill-success\b/);
    await expect(ui.figure("Need re-entry")).toHaveText("0");
    await expect(ui.cancel).toHaveCount(0);
    await expect(page.getByText("The rotation is finished. 0 values cannot be opened.")).toBeAttached();
    for (const column of ["API keys", "Project secrets"]) {
      await expect(ui.values.filter({ hasText: column })).toContainText(/4 values.*4 current0 outdated/s);
    }
    const [row] = await ui.history.getByRole("row").filter({ hasText: "Data keys" }).all();
    await expect(row as NonNullable<typeof row>).toContainText("by you");

    const after = await everythingSealed(vault);
    const sealed = ({ keys, secrets }: typeof after) => [
      ...keys.map((key) => key["api_key"]),
      ...secrets.map((secret) => JSON.stringify(secret["value"])),
    ];
    expect(sealed(after)).toHaveLength(8);
    expect(sealed(after).filter((text) => sealed(before).includes(text))).toEqual([]);
    await ui.start("Verify everything");
    await ui.finished("Verification");
    await expect(ui.figure("Need re-entry")).toHaveText("0");
  });

  test("tries a rotation out, and nothing is changed", async ({ page, vault }) => {
    const ui = vaultPage(page);
    await ui.open();
    const before = await everythingSealed(vault);
    await ui.start("Rotate data keys", { dryRun: true });
    await ui.finished("Data keys");
    await expect(ui.progress.getByText("Dry run", { exact: true })).toBeVisible();
    await expect(ui.figure("Would change")).not.toHaveText("0");
    expect(await everythingSealed(vault)).toEqual(before);
  });

  test("finds a damaged value with a verification, and sees it fixed", async ({ page, vault }) => {
    const ada = vault.people[0] as HttpPerson;
    const ui = vaultPage(page);
    await ui.open();
    await vault.sql(
      "update user_ai_api_keys set api_key = left(api_key, -8) || 'AAAAAAAA' where user_id = $1",
      [ada.userId],
    );
    await ui.start("Verify everything");
    await ui.finished("Verification");
    await expect(ui.progress).toContainText("needs attention");
    await expect(ui.figure("Need re-entry")).toHaveText("1");
    await expect(ui.values.filter({ hasText: "API keys" })).toContainText("1 needs re-entry");
    await expect(ui.values.filter({ hasText: "Project secrets" })).not.toContainText("re-entry");

    await ada.saveKey("sk-ant-api03-pasted-once-more");
    await ui.start("Verify everything");
    await expect(ui.progress).not.toContainText("needs attention");
    await ui.finished("Verification");
    await expect(ui.values.filter({ hasText: "API keys" })).not.toContainText("re-entry");
  });

  test("cancels after a question", async ({ page }) => {
    const ui = vaultPage(page);
    await ui.open();
    await ui.start("Rotate data keys", { rate: SLOW });
    await ui.cancel.click();
    const question = page.getByRole("alertdialog", { name: "Cancel this rotation?" });
    await expect(question).toContainText("The rest stays under the old keys");
    await question.getByRole("button", { name: "Keep it running" }).click();
    await expect(question).toHaveCount(0);
    await expect(ui.cancel).toBeFocused();

    await ui.cancel.click();
    await question.getByRole("button", { name: "Cancel rotation" }).click();
    await expect(question).toHaveCount(0);
    await expect(ui.progress.getByText("Cancelled", { exact: true })).toBeVisible();
    await expect(ui.history.getByRole("row").nth(1)).toContainText("Cancelled");
    await expect(page.getByText("The rotation is cancelled.")).toBeAttached();

    // Takes up the rest.
    await ui.start("Rotate data keys");
    await ui.finished("Data keys");
  });

  test("sees when another one runs, and when the server does not answer", async ({ page, vault }) => {
    const ui = vaultPage(page);
    await ui.open();
    // Started elsewhere, which this page has not heard of yet.
    const order = { kind: "verify", dryRun: true, rowsPerSecond: 1 };
    expect((await vault.operator.call("POST", `${VAULT}/rotations`, order)).status).toBe(200);
    await page.getByRole("radio", { name: "Rotate data keys" }).check();
    await page.getByRole("button", { name: "Start rotation" }).click();
    await expect(page.getByRole("main").getByRole("alert")).toContainText(
      "Another rotation or verification is running.",
    );
    await expect(ui.bar).toHaveAccessibleName("Opening everything once");

    await page.route(`**${VAULT}`, (route) => route.abort());
    await expect(page.getByText(/What you see may be old\. The server cannot be reached/)).toBeVisible();
    await expect(ui.bar).toHaveAccessibleName("Opening everything once");
    await page.unroute(`**${VAULT}`);
    await expect(page.getByText(/What you see may be old/)).toHaveCount(0);
  });

  test("reads why one waits, and can cancel it", async ({ page, vault }) => {
    const reason = 'The key store of key "aws-2026" (AWS KMS) does not answer.';
    // Held by a worker that does not return soon.
    await vault.sql(
      `insert into key_rotations (kind, dry_run, key_encryption_key_id, total, done, failures, last_error, started_by, lease_owner, lease_until)
       values ('verify', false, 'k1', 2000, 500, 3, $1, 'system:operator', 'elsewhere', now() + interval '1 hour')`,
      [reason],
    );
    const ui = vaultPage(page);
    await ui.open();
    await expect(ui.progress).toContainText(`Waiting; retries automatically. ${reason}`);
    await expect(ui.progress).toContainText("500 of 2,000 rows");
    await expect(ui.bar).toHaveAttribute("aria-valuenow", "25");
    await expect(ui.figure("Time left")).toHaveText("–");
    await expect(ui.history.getByRole("row").nth(1)).toContainText(
      /Verification.*Running.*from the command line/s,
    );
    await ui.cancel.click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel verification" }).click();
    await expect(ui.progress.getByText("Cancelled", { exact: true })).toBeVisible();
  });

  test("starts a verification with the keyboard alone, and sees which rate limit is invalid", async ({
    page,
  }) => {
    const ui = vaultPage(page);
    await ui.open();
    await page.getByRole("link", { name: "Settings", exact: true }).focus();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("radio", { name: "Verify everything" })).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("radio", { name: "Rotate data keys" })).toBeChecked();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await expect(page.getByRole("checkbox", { name: "Dry run" })).toBeChecked();
    await page.keyboard.press("Tab");
    await expect(page.getByLabel("Rate limit (rows per second)")).toBeFocused();
    await page.keyboard.type("1,000");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Start verification" })).toBeFocused();
    await page.keyboard.press("Enter");
    await ui.finished("Verification");
    await expect(ui.progress.getByText("Dry run", { exact: true })).toBeVisible();
    await expect(page.getByRole("button", { name: "Start verification" })).toBeFocused();

    const rate = page.getByLabel("Rate limit (rows per second)");
    for (const wrong of ["0", "-1", "1.5", "many", "1000001"]) {
      await rate.fill(wrong);
      await page.getByRole("button", { name: "Start verification" }).click();
      await expect(rate).toHaveAccessibleDescription(/Enter a whole number from 1 to 1,000,000/);
      await expect(rate).toBeFocused();
    }
  });

  test("verifies the audit trail, also against a head noted before", async ({ page }) => {
    await vaultPage(page).open();
    const verify = page.getByRole("button", { name: "Verify the audit trail" });
    await verify.click();
    await expect(page.getByText(/^All [\d,]+ records are as they were written\./)).toBeVisible();
    const end = await page.getByText(/^\d+:[0-9a-f]{64}$/).textContent();
    await expect(page.getByText("Latest record", { exact: true })).toBeVisible();
    await expect(page.getByRole("term").filter({ hasText: "Not yet chained" })).toBeVisible();
    const field = page.getByLabel("Latest record you noted earlier");
    await field.fill(` ${end?.toUpperCase()} `);
    await verify.click();
    await expect(page.getByText(/^All [\d,]+ records are as they were written\./)).toBeVisible();

    await field.fill("4711");
    await verify.click();
    await expect(field).toHaveAccessibleDescription(/A record looks like/);
    await expect(field).toBeFocused();

    await field.fill(`3:${"0".repeat(64)}`);
    await verify.click();
    await expect(page.getByRole("main").getByRole("alert")).toContainText(/1 problem in [\d,]+ records/);
    const problems = page.getByRole("list", { name: "Problems of the audit trail" }).getByRole("listitem");
    await expect(problems).toHaveText([/^The end that was noted is not in the chain/]);
  });

  test("breaks no accessibility rule", async ({ page }) => {
    const ui = vaultPage(page);
    await ui.open();
    await page.getByRole("button", { name: "Check key stores" }).click();
    await expect(page.getByText(/nothing is out of order|\d findings?$/)).toBeVisible();
    await page.getByLabel("Latest record you noted earlier").fill(`3:${"0".repeat(64)}`);
    await page.getByRole("button", { name: "Verify the audit trail" }).click();
    await expect(page.getByRole("list", { name: "Problems of the audit trail" })).toBeVisible();
    await expectAccessibleAndFits(page, "with the results of both checks");
    await ui.start("Rotate data keys", { dryRun: true, rate: SLOW });
    await expect(ui.cancel).toBeVisible();
    await expectAccessibleAndFits(page, "while a dry run is under way");
    await ui.cancel.click();
    await expect(page.getByRole("alertdialog")).toBeVisible();
    await expectAccessibleAndFits(page, "asked whether to cancel");
    await page.getByRole("button", { name: "Cancel dry run" }).click();
    await expect(page.getByRole("alertdialog")).toHaveCount(0);
    await expectAccessibleAndFits(page, "after it was cancelled");
  });

  // The last one: from here on the server has another current key.
  test("retires a key-encryption key when nothing needs it any more, and reads why not before", async ({
    page,
    vault,
  }) => {
    await vault.restartWithNewKey();
    const ui = vaultPage(page);
    await ui.open();
    const retire = page.getByRole("button", { name: "Retire k1" });
    await expect(ui.keyRow("k2")).toContainText("Current");
    await expect(ui.keyRow("k1")).toContainText(/Decrypt-only.*Environment · \d+ data keys/s);
    await expect(retire).toBeDisabled();
    await expect(retire).toHaveAccessibleDescription(/Still needed\. Rotate the key-encryption key/);
    await expect(page.getByRole("button", { name: "Retire k2" })).toHaveCount(0);

    await ui.start("Rotate the key-encryption key");
    await ui.finished("Key-encryption key");
    await expect(ui.keyRow("k1")).toContainText("0 data keys");
    await retire.click();
    const question = page.getByRole("alertdialog", { name: "Retire key “k1”?" });
    // Another operator was faster with something that needs it to wait.
    const order = { kind: "verify", dryRun: true, rowsPerSecond: 1 };
    const { id } = (await vault.operator.call("POST", `${VAULT}/rotations`, order)).body;
    await question.getByRole("button", { name: "Retire key" }).click();
    await expect(question.getByRole("alert")).toContainText(
      "A rotation is running. Retire the key when it is finished.",
    );
    await vault.operator.call("DELETE", `${VAULT}/rotations/${id}`);
    await question.getByRole("button", { name: "Retire key" }).click();
    await expect(question).toHaveCount(0);
    await expect(ui.keyRow("k1")).toContainText(/Retired.*Take it out of the configuration/s);
    await expect(retire).toHaveCount(0);
  });
});

test("without a platform key, a person adds an endpoint, corrects its address with one click, and a new tab answers", async ({
  page,
  vault,
  createProject,
}) => {
  const person = await HttpPerson.signUp(vault.url, "Ken Keyless");
  await signInAs(page.context(), vault, person);
  const { open, triggers, modal, ask } = workspace(page);
  await open(await createProject(page));
  await triggers.first().click();
  await expect(modal).toContainText("There is no key yet that could pay for a message.");
  await expectAccessible(page, "nothing to choose");
  await modal.getByRole("button", { name: "Add an API key" }).click();
  await modal.getByRole("button", { name: "Custom endpoint" }).click();
  const address = modal.getByLabel("Address");
  const form = modal.locator("form").filter({ has: page.getByLabel("Address") });
  const endpoint = `${process.env["E2E_STAND_IN_URL"]}/keyless/v1`;
  await address.fill(`${endpoint}/chat/completions`);
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(address).toHaveAccessibleDescription(/no OpenAI-compatible API at this address/);
  await expectAccessible(page, "an address that was probably meant");
  await form.getByRole("button", { name: `Use ${endpoint}` }).click();
  await expect(address).toHaveValue(endpoint);
  await form.getByRole("button", { name: "Save Key" }).click();
  await expect(modal).toContainText("Your endpoint is saved.");
  await page.reload();
  await expect(triggers.first()).toHaveAccessibleName(/your endpoint/);
  await expect(await ask("say: from my own endpoint")).toContainText("from my own endpoint");
});
