import { readFileSync } from "node:fs";
import { expectAccessible, expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { workspace } from "./support/workspace";

test("a person sees what was used, by group and over time, request by request, and takes it along as a file", async ({
  page,
  signUp,
  createProject,
}) => {
  await signUp(page);
  await page.goto("/usage");
  await expect(page.getByText("Nothing was used")).toBeVisible();
  await expect(page.getByRole("link", { name: "Limits" })).toHaveAttribute("href", "/usage/limits");
  await expectAccessible(page, "usage without any");

  const projectId = await createProject(page, "Measured project");
  const work = workspace(page);
  await work.open(projectId);
  await work.ask("say: hello");

  await page.goto("/usage?period=today");
  const groups = page.getByRole("region", { name: "Usage by key" });
  await expect(groups.getByRole("row", { name: /Platform key/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Spending over time/ }).locator("canvas")).toBeVisible();
  await expect(page.getByRole("region", { name: "What each key cost" })).toContainText("Platform key");

  const choice = page.getByRole("combobox", { name: "Group by" });
  await choice.selectOption({ label: "Project" });
  await expect(page).toHaveURL(/groupBy=project/);
  await page.getByRole("link", { name: "Measured project" }).click();
  const filter = page.getByRole("link", { name: "Remove the filter Measured project" });
  await expect(filter).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const [, ...lines] = readFileSync(await (await download).path(), "utf8")
    .trimEnd()
    .split("\r\n");
  const figures = page.getByRole("region", { name: "The figures of the chart" });
  await expect(figures.getByRole("row")).toHaveCount(lines.length + 1);
  expect(lines[0]).toContain(",Measured project,");

  const request = page.getByRole("list", { name: "Requests" }).getByRole("button").first();
  await request.focus();
  await page.keyboard.press("Enter");
  const detail = page.getByRole("dialog");
  await expect(detail.getByText("Paid by")).toBeVisible();
  await expectAccessible(page, "a request");
  await page.keyboard.press("Escape");
  await expect(request).toBeFocused();

  await filter.click();
  await expect(filter).toHaveCount(0);
  await page.getByRole("button", { name: "Tokens", exact: true }).click();
  await expect(page.getByRole("img", { name: /^Tokens over time/ }).locator("canvas")).toBeVisible();
  await expectAccessibleAndFits(page, "usage");

  await page.getByRole("button", { name: "Choose days" }).click();
  await page.getByLabel("First day").fill("2026-11-02");
  await page.getByLabel("Last day").fill("2026-11-01");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("The last day must not come before the first.")).toBeVisible();
});
