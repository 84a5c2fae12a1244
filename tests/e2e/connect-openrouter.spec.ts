import { expectAccessible } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { workspace } from "./support/workspace";

test.beforeEach(async ({ page, signUp }) => {
  await signUp(page);
});

test("an OpenRouter account is connected from a project's dialog; a person who declines sees that, can try again, and returns to the project", async ({
  page,
  createProject,
}) => {
  const { open, modal, openModal } = workspace(page);
  await open(await createProject(page));
  const project = page.url();
  await openModal("API Keys");
  await modal.getByRole("button", { name: "OpenRouter API Key" }).click();
  await modal.getByRole("button", { name: "Connect OpenRouter" }).click();
  await expect(page.getByRole("heading", { name: "Authorize an app" })).toBeVisible();
  await page.getByRole("button", { name: "Deny" }).click();
  const main = page.getByRole("main");
  await expect(main.getByText("OpenRouter is not connected. You did not agree there")).toBeVisible();
  await expectAccessible(page, "denied");
  await main.getByRole("button", { name: "Connect OpenRouter" }).click();
  await page.getByRole("button", { name: "Authorize" }).click();
  await expect(main.getByText("OpenRouter is connected.")).toBeVisible();
  await expect(main.getByText("OpenRouter is connected.")).toBeInViewport();
  const card = main.getByRole("listitem").filter({ hasText: "OpenRouter (connected)" });
  await expect(card).toContainText("Key saved");
  await expectAccessible(page, "connected");
  await card.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Test key" }).click();
  await expect(card).toContainText("OpenRouter accepts this key.");
  await main.getByRole("link", { name: "Back to your project" }).click();
  await expect(page).toHaveURL(project);
  await page.goto("/settings");
  await expect(card).toBeVisible();
  await expect(main.getByText("OpenRouter is connected.")).toHaveCount(0);
});

test("an answer opened twice, or by another person, says what to do and saves nothing", async ({
  page,
  browser,
  baseURL,
  signUp,
}) => {
  await page.goto("/settings");
  const main = page.getByRole("main");
  await main.getByRole("button", { name: "OpenRouter API Key" }).click();
  await main.getByRole("button", { name: "Connect OpenRouter" }).click();
  // Going back from there changes nothing.
  await expect(page.getByRole("heading", { name: "Authorize an app" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "API keys" })).toBeVisible();
  await expect(page.getByText("OpenRouter (connected)")).toHaveCount(0);
  await page.reload();
  await main.getByRole("button", { name: "OpenRouter API Key" }).click();
  await main.getByRole("button", { name: "Connect OpenRouter" }).click();
  const callback = page.waitForRequest((request) => request.url().includes("/callback?"));
  await page.getByRole("button", { name: "Authorize" }).click();
  const address = (await callback).url();
  await expect(main.getByText("OpenRouter is connected.")).toBeVisible();
  await expect(main.getByRole("link", { name: "Back to your project" })).toHaveCount(0);
  await page.goto(address);
  await expect(
    main.getByText("It took longer than ten minutes, or the page was opened twice."),
  ).toBeVisible();
  await expect(main.getByRole("listitem").filter({ hasText: "OpenRouter (connected)" })).toHaveCount(1);

  const context = await browser.newContext({ baseURL: baseURL ?? "" });
  const other = await context.newPage();
  await other.goto(address);
  await expect(other).toHaveURL("/sign-in?next=%2Fsettings");
  await signUp(other);
  await other.goto("/settings");
  await other.getByRole("button", { name: "OpenRouter API Key" }).click();
  await other.getByRole("button", { name: "Connect OpenRouter" }).click();
  await expect(other.getByRole("heading", { name: "Authorize an app" })).toBeVisible();
  const agreed = await other.request.post(other.url(), { form: { decision: "authorize" }, maxRedirects: 0 });
  await page.goto(agreed.headers()["location"] ?? "");
  await expect(main.getByText("The answer belongs to another sign-in than this one.")).toBeVisible();
  await expect(main.getByRole("listitem").filter({ hasText: "OpenRouter (connected)" })).toHaveCount(1);
  await context.close();
});
