import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expectAccessible, expectAccessibleAndFits, expectNoSidewaysScroll } from "./support/accessibility";
import { type Account, expect, test } from "./support/fixtures";
import { workspace } from "./support/workspace";

let account: Account;
test.beforeEach(async ({ page, signUp, createProject }) => {
  account = await signUp(page);
  await workspace(page).open(await createProject(page));
});

async function choosePersonal(page: Page, key: string): Promise<void> {
  await workspace(page).saveKey(key);
  await workspace(page).choose("Haiku (personal key)");
}

test("asking for code: the agent's words, its tool calls as they run, the files, and the receipt", async ({
  page,
}) => {
  const { send, messages, answered } = workspace(page);
  await page.getByRole("button", { name: "Build a small to-do list app" }).click();
  await expect(workspace(page).message).toHaveValue("Build a small to-do list app");
  await send("Build a small to-do list app");
  await expect(messages.first()).toContainText("Build a small to-do list app");
  const answer = await answered();
  await expect(answer.getByText("Wrote index.html · 22 lines")).toBeVisible();
  await expect(answer.getByText("Your to-do list is ready")).toBeVisible();
  await expect(answer).toContainText(/Haiku · platform key · [\d,]+ tokens · about \$0\.\d{4}/);
  await answer.getByRole("button", { name: /^Receipt/ }).click();
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await expect(receipt).toContainText(/Paid byplatform key/);
  await expect(receipt).toContainText(/estimated by list prices/);
  await expect(receipt).toContainText(/First words after/);
  await page.keyboard.press("Escape");
  await expect(receipt).toBeHidden();

  await test.step("the conversation survives a reload as it was", async () => {
    await expect(page).toHaveURL(/\?thread=[0-9a-f-]{36}$/);
    await workspace(page).ask("Write a README for this project");
    const before = await messages.allInnerTexts();
    await page.reload();
    await expect(messages).toHaveCount(4);
    await expect(messages.last()).toContainText("Wrote README.md");
    await expect.poll(() => messages.allInnerTexts()).toEqual(before);
  });

  await messages.nth(1).getByText("Wrote app.js").click();
  await expect(messages.nth(1).getByRole("group", { name: "Content of app.js" })).toContainText(
    "localStorage",
  );
  await expectAccessible(page, "an answer with tool calls");

  await test.step("what is opened at the end of a conversation stays where it is", async () => {
    const content = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
    await workspace(page).ask(`tool: writeFile ${JSON.stringify({ path: "notes.txt", content })}`);
    const card = messages.last().getByText("Wrote notes.txt");
    const before = await card.boundingBox();
    await card.click();
    await expect(messages.last().getByRole("group", { name: "Content of notes.txt" })).toBeVisible();
    const latest = page.getByRole("button", { name: "Latest" });
    await expect(latest).toBeVisible();
    expect(await card.boundingBox()).toEqual(before);
    await card.click();
    await expect(latest).toHaveCount(0);
  });

  await test.step("a long message shows its beginning, and all of it on demand", async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
    await workspace(page).ask(`say: ${lines}`);
    const question = messages.nth((await messages.count()) - 2);
    const height = async () => (await question.boundingBox())?.height ?? 0;
    const folded = await height();
    await question.getByRole("button", { name: "Show more" }).click();
    await expect.poll(height).toBeGreaterThan(2 * folded);
    await question.getByRole("button", { name: "Show less" }).click();
    await expect.poll(height).toBe(folded);
  });

  await test.step("an answer that is cut and a call that failed say so, also after a reload", async () => {
    const failed = await workspace(page).ask(
      'tool: writeFile {"path":"package.json","content":{"name":"x"}}',
    );
    await expect(failed.getByText("Could not write package.json")).toBeVisible();
    const cut = await workspace(page).ask("cut: Half of a sent");
    await expect(cut.getByText("cut off at its length limit and is not whole")).toBeVisible();
    await expectAccessible(page, "an answer that is cut");
    const count = await messages.count();
    await page.reload();
    await expect(messages).toHaveCount(count);
    await expect(messages.nth(count - 3).getByText("Could not write package.json")).toBeVisible();
    await expect(messages.nth(count - 3)).not.toContainText("Wrote");
    await messages.last().getByRole("button", { name: "Continue" }).click();
    await expect(messages).toHaveCount(count + 2);
    await expect(messages.nth(count)).toContainText("Continue.");
    await answered();
    await expect(messages.nth(count - 1)).toContainText("not whole");
    await expect(page.getByRole("button", { name: "Continue" })).toHaveCount(0);
  });
});

test("Markdown is rendered, HTML in it stays text, images are not fetched, code can be copied, and dangerous links lead nowhere", async ({
  page,
  context,
  baseURL,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: baseURL ?? "" });
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL ?? "")) foreign.push(request.url());
  });
  await expectAccessibleAndFits(page, "empty");
  const answer = await workspace(page).ask("markdown");
  await expect(answer.getByRole("heading", { name: "Heading one", level: 3 })).toBeVisible();
  await expect(answer.getByRole("row")).toHaveCount(3);
  await expect(answer.getByText('<b onclick="alert(1)">not bold</b>')).toBeVisible();
  await expect(answer.getByRole("img", { name: "Done:" })).toBeVisible();
  const link = answer.getByRole("link", { name: "link", exact: true });
  await expect(link).toHaveAttribute("target", "_blank");
  await expect(link).toHaveAttribute("rel", /noopener noreferrer/);
  await expect(answer.getByRole("link", { name: /^Image: / })).toBeVisible();
  await expect(answer.locator("img")).toHaveCount(0);
  expect(foreign).toEqual([]);

  const code = answer.getByRole("group", { name: "Code, python" });
  await expect(code.locator("span[style*='--shiki']").first()).toBeVisible();
  await answer.getByRole("button", { name: "Copy code" }).nth(1).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    'def greet(name: str) -> str:\n    return f"Hello, {name}!"',
  );
  await expectAccessibleAndFits(page, "every Markdown construct");
  await page.setViewportSize({ width: 768, height: 800 });
  await expectNoSidewaysScroll(page, "a tablet's width");

  const dangerous = await workspace(page).ask(
    "say: [one](javascript:alert(1)) [two](data:text/html,x) [three](vbscript:x) <script>window.hacked=1</script> ![x](javascript:alert(2))",
  );
  await expect(dangerous).toContainText("one");
  const hrefs = await dangerous
    .getByRole("link")
    .evaluateAll((links) => links.map((each) => each.getAttribute("href")));
  expect(hrefs.filter((href) => href && !/^(https?:|mailto:|#)/.test(href))).toEqual([]);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
});

test("Stop ends the answer at once, keeps what arrived, and the provider's call ends too", async ({
  page,
  standIn,
}) => {
  const { send, message, messages, answered, conversation, ask } = workspace(page);
  const key = await standIn.newKey();
  await choosePersonal(page, key);
  await send("long: 5000");
  await expect(conversation.getByText("a workspace keeps every key sealed").first()).toBeVisible();
  await message.fill("say: on we go");
  // A double click, by coordinates: the second one hits whatever is there after the first, and must send
  // nothing.
  const box = await page.getByRole("button", { name: "Stop", exact: true }).boundingBox();
  if (!box) throw new Error("the answer ended before it could be stopped");
  await page.mouse.dblclick(box.x + 12, box.y + 12, { delay: 60 });
  const answer = await answered();
  await expect(answer).toContainText("a workspace keeps");
  // What it had used when it was stopped is not for nothing.
  const receipt = `Haiku · personal key ···${key.slice(-4)} · [0-9]+ tokens · at least \\$[0-9.]+ · stopped`;
  await expect(answer).toContainText(new RegExp(receipt));
  await expect(message, "the focus does not go with the button").toBeFocused();
  await expect
    .poll(async () => (await standIn.journal({ key })).map(({ aborted }) => aborted))
    .toEqual([true]);
  await expect(messages).toHaveCount(2);
  await expect(message).toHaveValue("say: on we go");

  await expect(await ask("say: on we go")).toContainText("on we go");
  await page.reload();
  await expect(messages).toHaveCount(4);
  await expect(messages.nth(1)).toContainText("a workspace keeps");
  await expect(messages.nth(1)).toContainText("· stopped");
  await expect(messages.nth(3)).not.toContainText("stopped");
});

test("a message that was stopped before its answer began says so, and is asked again", async ({
  page,
  standIn,
}) => {
  const { send, answered, conversation, messages } = workspace(page);
  const key = await standIn.newKey("never-answers");
  await choosePersonal(page, key);
  await send("say: here it is");
  await expect.poll(async () => (await standIn.journal({ key })).length).toBe(1);
  await expect(conversation.getByText(/^\d+ s$/), "how long it thinks").toBeVisible();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  const notice = conversation.getByText("This message has no answer.");
  await expect(notice).toBeVisible();
  await expect(messages).toHaveCount(1);
  await expectAccessible(page, "no answer");
  await page.reload();
  await expect(notice).toBeVisible();

  await standIn.setKey(key, "answers");
  await conversation.getByRole("button", { name: "Retry" }).click();
  await expect(await answered()).toContainText("here it is");
  await expect(notice).toHaveCount(0);
  await expect(messages).toHaveCount(2);
  await page.reload();
  await expect(messages).toHaveCount(2);
});

/** The words of the newest answer, without what the page says of it meanwhile. */
async function wordsIn(page: Page): Promise<string[]> {
  const answer = workspace(page).messages.last();
  const paragraphs = answer.getByRole("paragraph").filter({ hasNotText: /^(Thinking|Working|Reconnecting)/ });
  return (await paragraphs.allInnerTexts()).join(" ").split(/\s+/);
}

test("an answer goes on while its page is reloaded, left, without a network and in another tab, without a gap or a repeated word", async ({
  page,
  context,
}) => {
  const { send, messages, conversation, answered } = workspace(page);
  await page.getByRole("button", { name: "Answer options" }).click();
  await page.getByRole("checkbox", { name: "Keep working when I leave" }).check();
  await page.keyboard.press("Escape");
  // As long as the stand-in writes: some two minutes, if nobody stops it.
  await send("long: 20000");
  const answer = messages.last();
  const words = async () => (await wordsIn(page)).length;
  await expect.poll(words).toBeGreaterThan(100);
  const address = page.url();

  await page.reload();
  await expect(conversation.getByText("This message has no answer.")).toHaveCount(0);
  await expect.poll(words, "what came is there at once").toBeGreaterThan(100);
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();

  const other = await context.newPage();
  await other.goto(address);
  await expect(workspace(other).messages.last()).toContainText("a workspace keeps every key sealed");

  await context.setOffline(true);
  await expect(answer.getByText("Reconnecting…")).toBeVisible();
  await expectAccessible(page, "a lost connection");
  const before = await words();
  await context.setOffline(false);
  await expect(answer.getByText("Reconnecting…")).toHaveCount(0);
  expect(await words(), "nothing disappears meanwhile").toBeGreaterThanOrEqual(before);

  await page.getByRole("link", { name: "Orchestral, all projects" }).click();
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await page.goBack();
  await expect.poll(words, "it went on").toBeGreaterThan(before);
  await conversation.focus();
  await page.keyboard.press("Escape");
  await answered();
  await workspace(other).answered();
  const vocabulary =
    "a workspace keeps every key sealed until one request needs it and then forgets it again while the answer streams back word by word".split(
      " ",
    );
  await expect
    .poll(async () => (await wordsIn(page)).join(" "), "all viewers have the same")
    .toBe((await wordsIn(other)).join(" "));
  // It may have been stopped in the middle of a word.
  const whole = (await wordsIn(page)).slice(0, -1);
  expect(whole).toEqual(whole.map((_, index) => vocabulary[index % vocabulary.length]));

  await test.step("whoever shows a thread follows what is sent in it elsewhere", async () => {
    await workspace(other).send("say: from the other tab");
    await expect(messages).toHaveCount(4);
    await expect(await answered()).toContainText("from the other tab");
  });
});

test("answering again and editing make versions, and all of them can be seen", async ({ page }) => {
  const { ask, message, messages, answered } = workspace(page);
  const answer = await ask("say: before");
  await answer.getByRole("button", { name: "Answer again" }).click();
  await expect(messages.last().getByText("Version 2 of 2")).toBeAttached();
  await answered();
  await messages.last().getByRole("button", { name: "Previous version" }).click();
  await expect(messages.last().getByText("Version 1 of 2")).toBeAttached();
  await page.reload();
  await expect(messages).toHaveCount(2);
  await expect(messages.last().getByText("Version 2 of 2")).toBeAttached();

  await ask("say: later");
  await messages.first().hover();
  await messages.first().getByRole("button", { name: "Edit message" }).click();
  const field = page.getByLabel("Edit your message");
  await expect(field).toHaveValue("say: before");
  await field.press("Escape");
  await expect(messages).toHaveCount(4);
  await expect(messages.first().getByRole("button", { name: "Edit message" })).toBeFocused();

  await page.keyboard.press("Enter");
  await field.fill("say: after");
  await field.press("Enter");
  await expect(messages).toHaveCount(2);
  await expect(await answered()).toContainText("after");
  await messages.first().hover();
  await messages.first().getByRole("button", { name: "Previous version" }).click();
  await expect(messages).toHaveCount(4);
  await expect(messages.nth(1)).toContainText("before");
  await page.reload();
  await expect(messages).toHaveCount(2);
  await expect(messages.last()).toContainText("after");
  await message.focus();
  await page.mouse.move(0, 0);
  const versions = messages.first().getByRole("group", { name: "Versions" });
  const isSeen = () => versions.evaluate((group) => group.checkVisibility({ opacityProperty: true }));
  expect(await isSeen(), "that there are versions is seen without a pointer").toBe(true);
});

/**
 * One of each kind: refused before the stream, refused for good, unreadable, broken off, and ended by an
 * error in the middle.
 */
const FAILURES = [
  ["forbidden", "may not use this model", "Switch model"],
  ["overloaded", "overloaded", "Try again"],
  ["garbage", "could not be read", "Try again"],
  ["hangs-up", "interrupted", "Try again"],
  ["mid-stream-error", "overloaded", "Try again"],
] as const;

test("every kind of failure is a sentence with a click, stays on its message, and the conversation goes on", async ({
  page,
  standIn,
}) => {
  const { ask, messages, triggers } = workspace(page);
  const key = await standIn.newKey();
  await choosePersonal(page, key);
  for (const [behaviour, sentence, button] of FAILURES) {
    await standIn.setKey(key, behaviour);
    const failed = await ask("long: 60");
    await expect(failed.getByRole("alert"), behaviour).toContainText(sentence);
    await expect(failed.getByRole("button", { name: button }), behaviour).toBeVisible();
  }
  await expect(messages.last(), "what had arrived stays").toContainText("a workspace keeps");
  await page.reload();
  await expect(messages.last()).toContainText("a workspace keeps");
  await expect(messages.last().getByRole("button", { name: "Try again" })).toBeVisible();

  await standIn.setKey(key, "answers");
  await expect(await ask("say: all well again")).toContainText("all well again");
  await expect(triggers.first()).toHaveAccessibleName(/your key/);
  await page.reload();
  await expect(messages).toHaveCount(FAILURES.length * 2 + 2);
  for (const [index, [behaviour, sentence]] of FAILURES.entries()) {
    await expect(messages.nth(index * 2 + 1), behaviour).toContainText(sentence);
  }
  await expect(
    page.getByRole("alert").filter({ hasText: "Anthropic" }),
    "old errors are not read out again",
  ).toHaveCount(0);
  await expectAccessible(page, "errors");
});

test("a refused token is fetched anew; without a network the message is kept, and sent when the network is back", async ({
  page,
  context,
}) => {
  const { ask, messages, answered } = workspace(page);
  let sent = 0;
  await page.route("**/api/mastra/codegen*", async (route) => {
    const headers = route.request().headers();
    await route.continue({
      headers: sent++ === 0 ? { ...headers, authorization: "Bearer expired" } : headers,
    });
  });
  await expect(await ask("say: through")).toContainText("through");
  expect(sent).toBe(2);
  await page.unrouteAll({ behavior: "wait" });

  await context.setOffline(true);
  const failed = await ask("say: was offline");
  await expect(failed.getByRole("alert")).toContainText("cannot be reached");
  await expect(messages.nth(2)).toContainText("say: was offline");
  await context.setOffline(false);
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(messages.last()).toContainText("was offline");
  await answered();
});

test("an ended session leads to the sign-in page and back, and what was written is still there", async ({
  page,
  context,
}) => {
  const { ask, message } = workspace(page);
  await context.clearCookies();
  const failed = await ask("a long thought I do not want to lose");
  await expect(failed.getByRole("alert")).toContainText("You are signed out");
  await failed.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/projects\/[0-9a-f-]{36}\?thread=/);
  await expect(message).toHaveValue("a long thought I do not want to lose");
});

test("Enter sends, Shift+Enter starts a line; nothing is sent empty, twice, too long or before its turn", async ({
  page,
}) => {
  const { message, messages, answered, send, conversation } = workspace(page);
  await message.press("Enter");
  await expect(messages).toHaveCount(0);
  await message.fill("x".repeat(100_001));
  await expect(message).toHaveAccessibleDescription("100,001 of 100,000 characters. Shorten the message.");
  await message.press("Enter");
  await expect(messages).toHaveCount(0);
  await message.fill("x".repeat(95_000));
  await expect(page.getByText("95,000 of 100,000 characters")).toBeVisible();

  await message.fill("");
  await message.pressSequentially("say: one");
  await message.press("Shift+Enter");
  await message.pressSequentially("two");
  await expect(message).toHaveValue("say: one\ntwo");
  await message.press("Enter");
  await message.press("Enter");
  await answered();
  await expect(messages).toHaveCount(2);

  await send("long: 4000");
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await send("say: next");
  await send("say: last");
  const queue = page.getByRole("region", { name: "Waiting messages" });
  const waiting = queue.getByRole("listitem");
  await expect(queue.getByRole("status")).toContainText("each after a complete answer");
  await expect(conversation.getByText("a workspace keeps every key sealed").first()).toBeVisible();
  await expectAccessible(page, "messages that wait");
  await queue.getByRole("button", { name: "Edit: say: next" }).click();
  const edited = queue.getByLabel("Edit the waiting message");
  await edited.fill("say: changed");
  await edited.press("Enter");
  await expect(queue.getByRole("button", { name: "Edit: say: changed" })).toBeFocused();
  await page.reload();
  await expect(waiting).toHaveText([/say: changed/, /say: last/]);
  await expect(conversation.getByText("a workspace keeps every key sealed").first()).toBeVisible();
  await conversation.focus();
  await page.keyboard.press("Escape");
  await expect(await answered()).toContainText("stopped");
  await expect(queue.getByRole("status")).toContainText("was stopped, so these wait");
  await expect(message).toBeFocused();
  await expect(messages).toHaveCount(4);
  await waiting.first().getByRole("button", { name: "Send now" }).click();
  await expect(messages, "the next one follows by itself").toHaveCount(8);
  await expect(queue).toHaveCount(0);
  await expect(await answered()).toContainText("last");
  await expect(messages.nth(5)).toContainText("changed");
});

test("the end of a growing answer stays in view, until the reader scrolls up", async ({ page }) => {
  const { send, conversation } = workspace(page);
  const rest = () => conversation.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  // As long as it gets: it grows until it is stopped.
  await send("long: 20000");
  await expect.poll(() => conversation.evaluate((box) => box.scrollTop)).toBeGreaterThan(200);
  await expect.poll(rest).toBeLessThan(60);

  await conversation.hover();
  await page.mouse.wheel(0, -300);
  const latest = page.getByRole("button", { name: "Latest" });
  await expect(latest).toBeVisible();
  const [button, text] = [await latest.boundingBox(), await conversation.boundingBox()];
  const end = (text?.y ?? 0) + (text?.height ?? 0);
  expect(button?.y, "it covers no text").toBeGreaterThanOrEqual(end);
  const fade = latest.locator("xpath=../preceding-sibling::*[1]");
  await expect(fade).toHaveCSS("background-image", /^linear-gradient/);
  const faded = await fade.boundingBox();
  expect((faded?.y ?? 0) + (faded?.height ?? 0), "the text above the composer fades out").toBeCloseTo(end, 0);
  const top = await conversation.evaluate(whereItRests);
  const height = await conversation.evaluate((box) => box.scrollHeight);
  await expect.poll(() => conversation.evaluate((box) => box.scrollHeight)).toBeGreaterThan(height + 100);
  expect(await conversation.evaluate((box) => box.scrollTop)).toBe(top);

  await latest.click();
  await expect(latest).toHaveCount(0);
  await expect.poll(rest).toBeLessThan(60);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
});

/** Where it is scrolled to, once it is the same in two frames: scrolling with the wheel may take several. */
async function whereItRests(box: Element): Promise<number> {
  let before = Number.NaN;
  while (before !== box.scrollTop) {
    before = box.scrollTop;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return before;
}

test("nothing jumps while an answer streams in", async ({ page }) => {
  const { send, answered } = workspace(page);
  const chat = page.getByLabel("Chat", { exact: true }).and(page.locator("section"));
  const width = async () => (await chat.boundingBox())?.width ?? 0;
  const before = await width();
  await send("Write a TypeScript function that turns titles into slugs, with tests");
  // It makes room for the files at the key press, where a person expects something to happen.
  await expect.poll(width).toBeLessThan(before - 100);
  await page.evaluate(async () => {
    // Measured is not painted yet: the frame in which it makes room is not to be counted.
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift" });
  });
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await answered();
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.02);
});

test("the page weighs at most 200 kB of JavaScript before the first message, and loads the chat with it", async ({
  page,
}) => {
  const scripts = new Map<string, Promise<Buffer>>();
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.set(response.url(), response.body());
  });
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    // What is unread changes while the page is open: it is asked for now and again.
    if (pathname.startsWith("/api/") && pathname !== "/api/v1/notifications/unread") asked.push(pathname);
  });
  const weight = async () =>
    (await Promise.all(scripts.values())).reduce((sum, body) => sum + gzipSync(body).length, 0);
  await page.reload({ waitUntil: "networkidle" });
  await expect(workspace(page).message).toBeVisible();
  const before = await weight();
  expect(before, `${scripts.size} scripts`).toBeLessThan(200_000);
  expect(asked, "what the server rendered is not asked for again").toEqual([]);
  await workspace(page).ask("say: hello");
  expect((await weight()) - before).toBeLessThan(200_000);
});
