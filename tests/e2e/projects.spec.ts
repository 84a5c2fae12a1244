import type { Locator, Page } from "@playwright/test";
import { expectAccessibleAndFits, expectNoSidewaysScroll } from "./support/accessibility";
import { expect, test } from "./support/fixtures";

const rows = (page: Page) => page.getByRole("list", { name: "Projects" }).getByRole("listitem");

async function choose(page: Page, project: string, action: "Rename" | "Delete") {
  await page.getByRole("button", { name: `Actions for ${project}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

/** Titles have a face of their own that the server brings along, whatever the system has. */
async function expectTitleFace(title: Locator): Promise<void> {
  const loaded = title.evaluate(async (element) => {
    const [family = ""] = getComputedStyle(element).fontFamily.split(",");
    const faces = [...(await document.fonts.ready)].filter(
      (face) => face.family === family.replaceAll('"', ""),
    );
    return faces.map(({ status }) => status);
  });
  expect(await loaded).toEqual(["loaded"]);
}

test("the first project opens as soon as it has a name, the newest is on top, and the whole row opens it", async ({
  page,
  signUp,
}) => {
  await signUp(page);
  await page.goto("/projects");
  await expect(page.getByText("No projects yet")).toBeVisible();
  await expectTitleFace(page.getByRole("heading", { level: 1, name: "Projects" }));
  await page.getByRole("button", { name: "New project" }).click();
  const dialog = page.getByRole("dialog", { name: "New project" });
  await expect(dialog.getByLabel("Name")).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription("Give the project a name.");
  await page.keyboard.type("  Weather station  ");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/projects\/[0-9a-f-]{36}/);
  await expect(page.getByRole("button", { name: "Project: Weather station" })).toBeVisible();

  await page.goto("/projects");
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText("Weather station");

  // A double click on Create makes one project.
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByLabel("Name").fill("Only once");
  await page.getByRole("button", { name: "Create project" }).dblclick();
  await expect(page).toHaveURL(/\/projects\/[0-9a-f-]{36}/);
  await page.goto("/projects");
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first(), "the newest stands on top").toContainText("Only once");
  await rows(page)
    .nth(1)
    .click({ position: { x: 300, y: 10 } });
  await expect(page.getByRole("button", { name: "Project: Weather station" })).toBeVisible();
});

test("a name is shown as it was typed", async ({ page, signUp }) => {
  await signUp(page);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const name of [
    "<img src=x onerror=alert(1)>",
    "🎻 Öğretmen 日本語 العربية",
    "'; drop table projects; --",
    "x".repeat(80),
  ]) {
    await page.goto("/projects");
    await page.getByRole("button", { name: "New project" }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "Create project" }).click();
    await expect(page).toHaveURL(/\/projects\/[0-9a-f-]{36}/);
    await page.goto("/projects");
    await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
    await expectNoSidewaysScroll(page, "projects");
    await choose(page, name, "Delete");
    await expect(page.getByRole("alertdialog", { name: `Delete “${name}”?` })).toBeVisible();
    await expectNoSidewaysScroll(page, "question");
  }
});

test("a project is renamed, and the name is still there after a reload; one the server refuses is taken back, and the dialog says why", async ({
  page,
  signUp,
  createProject,
}) => {
  await signUp(page);
  const id = await createProject(page, "Draft");
  await createProject(page, "Other");
  await page.goto("/projects");
  await choose(page, "Draft", "Rename");
  const dialog = page.getByRole("dialog", { name: "Rename project" });
  await expect(dialog.getByLabel("Name")).toHaveValue("Draft");
  await dialog.getByLabel("Name").fill("Final");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("link", { name: "Final" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: "Final" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Draft" })).toHaveCount(0);

  await choose(page, "Final", "Rename");
  await dialog.getByLabel("Name").fill("Too late");
  // Another tab of the same person deletes it in the meantime.
  const gone = await page.request.delete(`/api/v1/projects/${id}`, {
    headers: { origin: new URL(page.url()).origin },
  });
  expect(gone.status()).toBe(200);
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expect(dialog.getByLabel("Name")).toHaveValue("Too late");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("link", { name: "Too late" })).toHaveCount(0);
});

test("deleting a project asks first, by name, and then takes it away for good and keeps the others", async ({
  page,
  signUp,
  createProject,
}) => {
  await signUp(page);
  const id = await createProject(page, "Precious");
  await createProject(page, "Kept");
  await page.goto("/projects");
  const question = page.getByRole("alertdialog", { name: "Delete “Precious”?" });

  await choose(page, "Precious", "Delete");
  await expect(question).toHaveAccessibleDescription(/files, conversations and secrets/);
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question).toBeHidden();
  await expect(page.getByRole("button", { name: "Actions for Precious" })).toBeFocused();

  await choose(page, "Precious", "Delete");
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();

  await choose(page, "Precious", "Delete");
  await page.mouse.click(5, 5);
  await expect(question).toBeVisible();
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.reload();
  await expect(page.getByRole("link", { name: "Precious" })).toBeVisible();

  await choose(page, "Precious", "Delete");
  await page.getByRole("button", { name: "Delete project" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText("Kept");
  const opened = await page.goto(`/projects/${id}`);
  expect(opened?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");

  // The last one leads back to the empty page.
  await page.goto("/projects");
  await choose(page, "Kept", "Delete");
  await page.getByRole("button", { name: "Delete project" }).click();
  await expect(page.getByText("No projects yet")).toBeVisible();
});

test("eight projects get a filter, which says so when nothing fits", async ({
  page,
  signUp,
  createProject,
}) => {
  await signUp(page);
  for (let number = 1; number <= 7; number += 1) await createProject(page, `Project ${number}`);
  await page.goto("/projects");
  await expect(rows(page)).toHaveCount(7);
  await expect(page.getByRole("searchbox", { name: "Filter projects" })).toHaveCount(0);
  await createProject(page, "Birds");
  await page.reload();
  await page.getByRole("searchbox", { name: "Filter projects" }).fill(" bIr ");
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("searchbox", { name: "Filter projects" }).fill("fish");
  await expect(page.getByText("Nothing is named “fish”")).toBeVisible();
  await page.getByRole("button", { name: "Show all projects" }).click();
  await expect(rows(page)).toHaveCount(8);
});

test("a project is made, renamed and deleted by keyboard alone", async ({ page, signUp, createProject }) => {
  await signUp(page);
  await createProject(page, "Typed");
  await page.goto("/projects");
  await page.getByRole("button", { name: "Actions for Typed" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  // The old name is selected: typing replaces it.
  await page.keyboard.type("Retyped");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Actions for Retyped" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Delete" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Delete project" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("No projects yet")).toBeVisible();
});

test("the projects page breaks no accessibility rule", async ({ page, signUp, createProject }) => {
  await signUp(page);
  await page.goto("/projects");
  await expectAccessibleAndFits(page, "no projects");
  await createProject(page, "A project with a name that is too long for a narrow window, by far");
  await createProject(page, "Ledger");
  await page.goto("/projects");
  await expectAccessibleAndFits(page, "two projects");
  await page.getByRole("button", { name: "Actions for Ledger" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectAccessibleAndFits(page, "row menu");
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectAccessibleAndFits(page, "delete question");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByRole("button", { name: "Create project" }).click();
  await expect(page.getByText("Give the project a name.")).toBeVisible();
  await expectAccessibleAndFits(page, "new project with error");
});
