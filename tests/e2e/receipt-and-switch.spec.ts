import type { Locator, Page } from "@playwright/test";
import { expectAccessibleAndFits } from "./support/accessibility";
import { expect, test } from "./support/fixtures";
import { saveKeyQuietly } from "./support/saved-keys";
import { workspace } from "./support/workspace";

let projectId: string;
test.beforeEach(async ({ page, signUp, createProject }) => {
  await signUp(page);
  projectId = await createProject(page);
});

/** The receipt of an answer as pairs of name and value. */
async function receiptOf(page: Page, answer: Locator): Promise<Record<string, string>> {
  await answer.getByRole("button", { name: /^Receipt/ }).click();
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await expect(receipt).toBeVisible();
  const names = await receipt.getByRole("term").allInnerTexts();
  const values = await receipt.getByRole("definition").allInnerTexts();
  await page.keyboard.press("Escape");
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

test("a receipt names key, provider, model, tokens, cost and times; a cost is reported, estimated or not known", async ({
  page,
  standIn,
  baseURL,
}) => {
  const key = await standIn.newKey(undefined, "openrouter");
  await saveKeyQuietly(page, baseURL, { provider: "openrouter", apiKey: key, label: "Side project" });
  const { open, choose, ask, openModal, modal, triggers } = workspace(page);
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: await standIn.newKey() });
  const basement = await standIn.newKey(undefined, "openai-compatible");
  await saveKeyQuietly(page, baseURL, {
    provider: "openai-compatible",
    apiKey: basement,
    label: "Basement",
    baseUrl: `${process.env["E2E_STAND_IN_URL"]}/compatible/v1`,
  });
  await open(projectId);
  await choose(`Claude Haiku 4.5 (Side project ···${key.slice(-4)})`);
  const wrote = await receiptOf(page, await ask("cached: once"));
  expect(wrote).toMatchObject({
    "Paid by": `personal key Side project ···${key.slice(-4)}`,
    Provider: "OpenRouter",
    Model: "Claude Haiku 4.5",
    "Model's id": "anthropic/claude-haiku-4.5",
    Input: expect.stringMatching(/^[\d,]+ tokens$/),
    "of it written to the cache": expect.stringMatching(/^[\d,]+ tokens$/),
    Output: expect.stringMatching(/^\d+ tokens$/),
    Cost: expect.stringMatching(/^\$0\.\d{4}$/),
    "The cost is": "reported by the provider",
    "First words after": expect.stringMatching(/^\d+\.\d s$/),
    "Complete after": expect.stringMatching(/^\d+\.\d s$/),
  });
  const read = await receiptOf(page, await ask("cached: twice"));
  expect(read["of it from the cache"]).toMatch(/^[\d,]+ tokens$/);

  await choose("Sonnet (personal key)");
  const estimated = await receiptOf(page, await ask("say: estimated"));
  expect(estimated).toMatchObject({
    Provider: "Anthropic",
    Model: "Sonnet",
    Cost: expect.stringMatching(/^about \$/),
    "The cost is": "estimated by list prices",
  });

  // A custom endpoint lists its models automatically.
  await openModal("Model Selection");
  await modal.getByRole("radio", { name: `qwen3:8b (Basement ···${basement.slice(-4)})` }).check();
  await modal.getByRole("button", { name: "Apply" }).click();
  await expect(triggers.first()).toHaveAccessibleName(
    `Model: qwen3:8b, your key Basement ···${basement.slice(-4)}. Change model`,
  );
  expect(await receiptOf(page, await ask("say: from the basement"))).toMatchObject({
    "Paid by": `personal key Basement ···${basement.slice(-4)}`,
    Provider: "OpenAI-compatible endpoint",
    Model: "qwen3:8b",
    Cost: "not known",
  });

  await test.step("half a context full, earlier messages can be summarised, which is seen and undone", async () => {
    const { messages } = workspace(page);
    // The endpoint has a context of 32,768 tokens; a token has four characters there.
    await ask(`say: ${"b".repeat(4_000)}`);
    await ask("a".repeat(64_000));
    await expect(page.getByRole("meter", { name: "Context used" })).toHaveAttribute(
      "aria-valuenow",
      /^[56]\d$/,
    );
    await page.getByRole("button", { name: "Compact now" }).click();
    await expect(page.getByRole("button", { name: "Compact now", pressed: true })).toBeVisible();
    const answer = await ask("say: after it");
    // For one message only.
    await expect(page.getByRole("button", { name: "Compact now", pressed: false })).toBeVisible();
    await answer.getByText("Earlier messages were summarised for the model to save context").click();
    const summary = answer.getByRole("group", { name: "Summary of earlier messages" });
    await expect(summary).toHaveText(/\S/);
    await expect(
      answer.getByText(/Your own messages are still sent word for word\. [\d,]+ tokens/),
    ).toBeVisible();
    await expectAccessibleAndFits(page, "a summary of earlier messages");
    await answer.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(answer.getByText("they are sent whole again")).toBeVisible();
    await page.reload();
    await messages.last().getByText("they are sent whole again").click();
    await messages.last().getByRole("button", { name: "Redo" }).click();
    await expect(messages.last().getByText("Earlier messages were summarised")).toBeVisible();
  });
});

test("the conversation's total says that a stopped answer cost at least what was seen of it", async ({
  page,
}) => {
  const { open, ask, send, conversation, answered } = workspace(page);
  await open(projectId);
  await ask("say: one");
  await ask("say: two");
  await expect(conversation.getByText(/^Total: 2 answers · [\d,]+ tokens · about \$0\.\d{4}$/)).toBeVisible();
  await send("long: 5000");
  await expect(conversation.getByText("a workspace keeps every key sealed").first()).toBeVisible();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await answered();
  // The page shows what it stopped before the server has stored it.
  const stored = async () => {
    const thread = new URL(page.url()).searchParams.get("thread");
    const path = `/api/v1/projects/${projectId}/threads/${thread}/messages`;
    return ((await (await page.request.get(path)).json()) as { messages: unknown[] }).messages.length;
  };
  await expect.poll(stored).toBe(6);
  await page.reload();
  const sum = /^Total: 3 answers · [\d,]+ tokens · at least \$0\.\d{4}$/;
  await expect(conversation.getByText(sum)).toBeVisible();
});

test("the list shows where key, model or provider changed, and not before the first answer", async ({
  page,
  standIn,
  baseURL,
}) => {
  const own = await standIn.newKey();
  const gpt = await standIn.newKey(undefined, "openai");
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: own, label: "Work" });
  await saveKeyQuietly(page, baseURL, { provider: "openai", apiKey: gpt });
  const { open, choose, ask, messages } = workspace(page);
  await open(projectId);
  await ask("say: platform");
  await ask("say: platform again");
  await choose("Sonnet (personal key)");
  await ask("say: mine");
  await choose(`GPT-5 mini (OpenAI key ···${gpt.slice(-4)})`);
  await ask("say: elsewhere");
  await ask("say: still there");
  await choose("Haiku (platform key)");
  await ask("say: back");

  const expected = [
    [5, `Switched to Sonnet · your key Work ···${own.slice(-4)}`],
    [7, `Switched to GPT-5 mini at OpenAI · your key ···${gpt.slice(-4)}`],
    [11, "Switched to Haiku at Anthropic · platform key"],
  ] as const;
  const check = async () => {
    await expect(messages).toHaveCount(12);
    await expect(page.getByText(/^Switched to /)).toHaveCount(expected.length);
    for (const [index, sentence] of expected)
      await expect(messages.nth(index).getByText(sentence, { exact: true })).toBeVisible();
  };
  await check();
  await page.reload();
  await check();
  await expectAccessibleAndFits(page, "switches");
});

test("another version of an answer by another key is a switch, and the first version none", async ({
  page,
  standIn,
  baseURL,
}) => {
  await saveKeyQuietly(page, baseURL, {
    provider: "anthropic",
    apiKey: await standIn.newKey(),
    label: "Work",
  });
  const { open, choose, ask, messages, answered } = workspace(page);
  await open(projectId);
  await ask("say: one");
  await ask("say: two");
  await choose("Haiku (personal key)");
  await messages.last().getByRole("button", { name: "Answer again" }).click();
  await expect(messages.last().getByText("Version 2 of 2")).toBeAttached();
  await answered();
  await expect(messages.last().getByText(/^Switched to Haiku · your key Work/)).toBeVisible();
  await messages.last().getByRole("button", { name: "Previous version" }).click();
  await expect(messages.last().getByText("Version 1 of 2")).toBeAttached();
  await expect(page.getByText(/^Switched to /)).toHaveCount(0);
});

test("what a model thought is there to open, closed at first, and no part of what is copied or sent on", async ({
  page,
  context,
  standIn,
  baseURL,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: baseURL ?? "" });
  const key = await standIn.newKey();
  await saveKeyQuietly(page, baseURL, { provider: "anthropic", apiKey: key });
  const { open, choose, ask, messages } = workspace(page);
  await open(projectId);
  await choose("Haiku (personal key)");
  const answer = await ask("think: it is done");
  const thought = answer.getByRole("group", { name: "What the model thought" });
  await expect(answer.getByText("it is done", { exact: true })).toBeVisible();
  await expect(thought).toBeHidden();
  await answer.locator("summary", { hasText: "Thinking" }).click();
  await expect(thought).toContainText("The person wants to hear: it is done");
  await expectAccessibleAndFits(page, "thinking");

  await answer.getByRole("button", { name: "Copy answer" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).not.toContain("The person wants");

  await page.reload();
  await expect(messages.last().getByText("it is done", { exact: true })).toBeVisible();
  await messages.last().locator("summary", { hasText: "Thinking" }).click();
  await expect(messages.last().getByRole("group", { name: "What the model thought" })).toContainText(
    "The person wants to hear",
  );
  await ask("say: next");
  const last = (await standIn.journal({ key, text: "say: next" })).at(-1);
  expect(JSON.stringify(last?.body)).toContain("it is done");
  expect(JSON.stringify(last?.body)).not.toContain("The person wants to hear");

  await messages
    .last()
    .getByRole("button", { name: /^Receipt/ })
    .click();
  await expectAccessibleAndFits(page, "an open receipt");
});
