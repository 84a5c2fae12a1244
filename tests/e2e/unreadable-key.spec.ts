import type { HttpPerson } from "../support/http-person";
import { expectAccessible } from "./support/accessibility";
import { expect } from "./support/fixtures";
import { test } from "./support/vault-server";

test("a key that can no longer be opened says so and is pasted again; the keys beside it work", async ({
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
  // Sealed for another purpose than the row says: nobody can open it.
  await vault.sql(
    "update user_ai_api_keys set seal_purpose = 'anthropic:' || gen_random_uuid() where id = $1",
    [broken?.id],
  );
  await page.context().addCookies(
    person.cookie.split("; ").map((cookie) => {
      const [name = "", ...value] = cookie.split("=");
      return { name, value: value.join("="), url: vault.url };
    }),
  );
  await page.goto("/settings");
  const keys = page.getByRole("list", { name: "Anthropic keys" }).getByRole("listitem");
  const first = keys.filter({ hasText: "Anthropic key" });
  await first.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Test key" }).click();
  await expect(first).toContainText("Needs re-entry");
  await expect(first).toContainText("This key can no longer be read. Paste it again; everything else works.");
  await expectAccessible(page, "a key that needs re-entry");

  // No provider answers here: the key beside it can be opened and asked with, which is all this is about.
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
