import { randomUUID } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { expectAccessibleAndFits } from "./support/accessibility";
import { type Account, expect, test } from "./support/fixtures";

const PASSWORD = "correct horse battery staple";
const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";

const passwordField = (page: Page, label = "Password") => page.getByLabel(label, { exact: true });

async function fillSignIn(page: Page, { email, password }: Pick<Account, "email" | "password">) {
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A second device of the same person, already signed in. */
async function otherDevice(browser: Browser, account: Account, userAgent = PHONE) {
  const context = await browser.newContext({ userAgent });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await fillSignIn(page, account);
  await expect(page).toHaveURL("/projects");
  return page;
}

test("a new person sees next to each field what is missing, creates an account and arrives at their projects", async ({
  page,
}) => {
  const email = `${randomUUID()}@example.com`;
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Email").fill("grace");
  await passwordField(page).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page.getByLabel("Name")).toBeFocused();
  await expect(page.getByLabel("Name")).toHaveAccessibleDescription(
    "Enter the name you want to be shown with.",
  );
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription("That is not an email address.");
  await expect(passwordField(page)).toHaveAccessibleDescription(/Use at least 8 characters\./);
  await expect(page.getByLabel("Email")).toHaveValue("grace");
  await expect(passwordField(page)).toHaveValue("short");
  expect(page.url()).not.toContain("short");

  await page.getByLabel("Name").fill("Grace Hopper");
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page).toHaveURL("/projects");
  await expect(page.getByText("No projects yet")).toBeVisible();
  await expect(page.getByRole("button", { name: "Account of Grace Hopper" })).toBeVisible();

  // A person who already has an account is sent to the sign-in.
  await page.context().clearCookies();
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Somebody");
  await page.getByLabel("Email").fill(email.toUpperCase());
  await passwordField(page).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/already an account/);
});

test("signing in is refused in the same words for a wrong password and for an unknown address, works by keyboard alone, and comes back to the page that was asked for", async ({
  page,
  signUp,
}) => {
  const account = await signUp(page);
  await page.context().clearCookies();
  const refusals: string[] = [];
  for (const email of [account.email, `${randomUUID()}@example.com`]) {
    await page.goto("/settings");
    await expect(page).toHaveURL("/sign-in?next=%2Fsettings");
    await fillSignIn(page, { email, password: "not my password" });
    const alert = page.getByRole("main").getByRole("alert");
    await expect(alert).toBeVisible();
    refusals.push(await alert.innerText());
    await expect(page.getByLabel("Email")).toHaveValue(email);
  }
  expect(refusals[0]).toContain("do not belong together");
  expect(refusals[1]).toBe(refusals[0]);

  await page.getByLabel("Email").fill("");
  await passwordField(page).fill("");
  await page.getByLabel("Email").focus();
  await page.keyboard.type(account.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(account.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(passwordField(page)).toHaveAttribute("type", "text");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/settings");
});

test("signing in has to wait after ten wrong passwords, also with the right one", async ({
  page,
  signUp,
}) => {
  const account = await signUp(page);
  await page.context().clearCookies();
  const origin = new URL("/", (await page.goto("/sign-in"))?.url()).origin;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const answer = await page.request.post("/api/auth/sign-in/email", {
      data: { email: account.email, password: `guess number ${attempt}` },
      headers: { origin },
    });
    expect(answer.status()).toBe(401);
  }
  await fillSignIn(page, account);
  await expect(page.getByRole("main").getByRole("alert")).toContainText(
    "Too many wrong passwords for this account.",
  );
  await expect(page).toHaveURL("/sign-in");
});

test("signing in never leads to another site", async ({ page, signUp }) => {
  const account = await signUp(page);
  // More of them in src/components/auth/safe-next.test.ts.
  for (const next of ["//evil.example", "javascript:alert(1)"]) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await fillSignIn(page, account);
    await expect(page, next).toHaveURL("/projects");
    // When already signed in, the page only redirects; that must be just as safe.
    await page.goto(`/sign-up?next=${encodeURIComponent(next)}`);
    await expect(page, next).toHaveURL("/projects");
  }
});

test("signing out ends the session and forgets what this tab had chosen", async ({ page, signUp }) => {
  await signUp(page);
  await page.goto("/projects");
  const cookies = await page.context().cookies();
  await page.evaluate(() => sessionStorage.setItem("orchestral.model-selection", "{}"));
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Your code, your key, your choice of model.",
  );
  expect(await page.evaluate(() => sessionStorage.getItem("orchestral.model-selection"))).toBeNull();
  await page.goBack();
  await expect(page).toHaveURL("/sign-in?next=%2Fprojects");
  // The old cookie is no longer valid, should someone have kept it.
  await page.context().addCookies(cookies);
  await page.goto("/projects");
  await expect(page).toHaveURL("/sign-in?next=%2Fprojects");
});

test("the keyboard skips to the content, and walks a menu with the arrows", async ({ page, signUp }) => {
  await signUp(page);
  await page.goto("/projects");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  const button = page.getByRole("button", { name: /^Account of/ });
  await button.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Projects" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("se");
  await expect(page.getByRole("menuitem", { name: "Settings" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("s");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/settings");
});

test("the settings show a new name in the header at once, list the devices, and sign one of them or all others out", async ({
  page,
  browser,
  signUp,
}) => {
  const account = await signUp(page, "Old Name");
  const [phone, laptop, tablet] = [
    await otherDevice(browser, account),
    await otherDevice(browser, account, "Mozilla/5.0 (Windows NT 10.0) Firefox/145.0"),
    await otherDevice(browser, account, "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"),
  ];
  await page.goto("/settings");
  await page.getByLabel("Name", { exact: true }).fill("  New Näme 🎻 ");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Account of New Näme 🎻" })).toBeVisible();

  await page.getByLabel("Name", { exact: true }).fill("   ");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAccessibleDescription(/Enter the name/);

  const devices = page.getByRole("list", { name: "Devices" }).getByRole("listitem");
  await expect(devices).toHaveCount(4);
  await expect(devices.first()).toContainText("This device");
  await expect(devices.first().getByRole("button")).toHaveCount(0);
  // The tokens that open the other devices never come with the page.
  expect(await page.content()).not.toMatch(/"token\\?"/);

  await devices.filter({ hasText: "Safari on iPhone" }).getByRole("button", { name: "Sign out" }).click();
  await expect(devices).toHaveCount(3);
  await phone.goto("/projects");
  await expect(phone).toHaveURL("/sign-in?next=%2Fprojects");

  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  const question = page.getByRole("alertdialog", { name: "Sign out all other devices?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(devices).toHaveCount(3);

  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  await question.getByRole("button", { name: "Sign out others" }).click();
  await expect(devices).toHaveCount(1);
  for (const other of [laptop, tablet]) {
    await other.goto("/settings");
    await expect(other).toHaveURL("/sign-in?next=%2Fsettings");
    await other.context().close();
  }
  await phone.context().close();
});

test("the settings change the password only for a person who knows it, and sign the other devices out", async ({
  page,
  browser,
  signUp,
}) => {
  const account = await signUp(page);
  const phone = await otherDevice(browser, account);
  await page.goto("/settings");
  const change = page.getByRole("button", { name: "Change password" });

  await passwordField(page, "Current password").fill("not my password");
  await passwordField(page, "New password").fill("a new password, much longer");
  await change.click();
  await expect(passwordField(page, "Current password")).toHaveAccessibleDescription(
    "That is not your current password.",
  );
  await expect(passwordField(page, "Current password")).toBeFocused();

  await passwordField(page, "Current password").fill(account.password);
  await change.click();
  await expect(page.getByText("Password changed. Other devices are signed out.")).toBeVisible();
  await expect(passwordField(page, "New password")).toHaveValue("");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();

  await phone.goto("/projects");
  await expect(phone).toHaveURL("/sign-in?next=%2Fprojects");
  await fillSignIn(phone, account);
  await expect(phone.getByRole("main").getByRole("alert")).toContainText("do not belong together");
  await fillSignIn(phone, { email: account.email, password: "a new password, much longer" });
  await expect(phone).toHaveURL("/projects");
  await phone.context().close();
});

test("the settings delete the account with the password only, and then nothing is left", async ({
  page,
  signUp,
  createProject,
}) => {
  const account = await signUp(page);
  const projectId = await createProject(page, "Gone tomorrow");
  await page.goto("/settings");
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });

  await page.getByRole("button", { name: "Delete account…" }).click();
  await expect(dialog).toContainText(account.email);
  await expect(dialog.getByRole("listitem")).toHaveText([
    /projects/,
    /conversations/,
    /API keys/,
    /sign-ins/,
  ]);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(passwordField(page, "Your password")).toHaveAccessibleDescription("Enter your password.");
  await passwordField(page, "Your password").fill("not my password");
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(passwordField(page, "Your password")).toHaveAccessibleDescription(
    "That is not your password.",
  );
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Delete account…" })).toBeFocused();
  await page.goto("/projects");
  await expect(page.getByRole("link", { name: "Gone tomorrow" })).toBeVisible();

  await page.goto("/settings");
  await page.getByRole("button", { name: "Delete account…" }).click();
  await passwordField(page, "Your password").fill(account.password);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Your code, your key, your choice of model.",
  );
  expect((await page.request.get(`/api/v1/projects/${projectId}`)).status()).toBe(401);
  await page.goto("/sign-in");
  await fillSignIn(page, account);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("do not belong together");
});

test("the theme follows the system until a person chooses, then is part of the first HTML", async ({
  page,
  signUp,
}) => {
  await signUp(page);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/projects");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await background();
  expect(dark).not.toBe(light);

  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  expect(await background()).toBe(dark);
  // No flash: the choice is in what the server sends, not in what a script adds later.
  expect(await (await page.request.get("/projects")).text()).toMatch(/<html[^>]* data-theme="dark"/);
  await page.reload();
  expect(await background()).toBe(dark);

  await page.getByRole("button", { name: "Theme" }).click();
  await expect(page.getByRole("menuitemradio", { name: "Dark" })).toBeChecked();
  await page.getByRole("menuitemradio", { name: "System" }).click();
  expect(await background()).toBe(light);
  expect(await (await page.request.get("/projects")).text()).not.toMatch(/<html[^>]* data-theme/);
});

test("no page in front of or behind the sign-in breaks an accessibility rule", async ({ page, signUp }) => {
  for (const path of ["/", "/sign-in", "/sign-up", "/reset-password", "/no-such-page"]) {
    await page.goto(path);
    await expectAccessibleAndFits(page, path);
  }
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("Choose a password.")).toBeVisible();
  await expectAccessibleAndFits(page, "sign-up with errors");

  await signUp(page, "Ada Lovelace");
  await page.goto("/settings");
  await expectAccessibleAndFits(page, "settings");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectAccessibleAndFits(page, "account menu");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete account…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessibleAndFits(page, "delete account");
});
