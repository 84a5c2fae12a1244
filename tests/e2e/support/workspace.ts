import type { Locator, Page } from "@playwright/test";
import { expect } from "./fixtures";

/**
 * A prompt that lets the agent write one file for some seconds, so that what is shown meanwhile can be looked
 * at.
 */
export function slowWrite(path: string, lineCount: number): string {
  const lines = Array.from(
    { length: lineCount },
    (_, index) => `line ${index + 1} of a file that takes a while`,
  );
  return `tool: writeFile ${JSON.stringify({ path, content: `${lines.join("\n")}\n` })}`;
}

/** The workspace as a person finds it: by names and roles. */
export function workspace(page: Page) {
  const message = page.getByRole("textbox", { name: "Message", exact: true });
  const modal = page.getByRole("dialog", { name: "Model and key" });
  /** In the header and beside the send button, in this order. */
  const triggers = page.getByRole("button", { name: /^Model: / });
  const messages = page.getByRole("list", { name: "Messages" }).locator(":scope > li");
  const files = page.getByLabel("Files", { exact: true }).and(page.locator("section"));
  const keyField = modal.getByLabel("Anthropic API Key");

  async function openModal(tab: "API Keys" | "Model Selection"): Promise<void> {
    await triggers.first().click();
    await modal.getByRole("tab", { name: tab }).click();
    await expect(modal.getByRole("tab", { name: tab })).toHaveAttribute("aria-selected", "true");
  }

  /** The newest answer, once it is complete, was stopped or has failed. */
  async function answered(): Promise<Locator> {
    const last = messages.last();
    await expect(last.getByRole("heading", { name: "Agent" })).toBeAttached();
    await expect(last).not.toHaveAttribute("aria-busy", "true", { timeout: 90_000 });
    await expect(page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0);
    return last;
  }

  async function send(text: string): Promise<void> {
    await message.fill(text);
    await message.press("Enter");
    await expect(message).toHaveValue("");
  }

  return {
    message,
    messages,
    modal,
    keyField,
    triggers,
    conversation: page.getByRole("region", { name: "Conversation" }),
    files,
    fileTree: files.getByRole("list", { name: "Files" }),
    openModal,
    answered,
    send,

    async open(projectId: string): Promise<void> {
      await page.goto(`/projects/${projectId}`);
      await expect(message).toBeVisible();
    },

    async ask(text: string): Promise<Locator> {
      const before = await messages.count();
      await send(text);
      await expect(messages).toHaveCount(before + 2);
      return answered();
    },

    /** Saves a key through the modal and closes it. */
    async saveKey(key: string): Promise<void> {
      await openModal("API Keys");
      await keyField.fill(key);
      await modal.getByRole("button", { name: "Save Key" }).click();
      await expect(modal.getByText("Key saved", { exact: true })).toBeVisible();
      await expect(keyField).toHaveValue("");
      await page.keyboard.press("Escape");
      await expect(modal).toHaveCount(0);
    },

    async choose(option: string): Promise<void> {
      await openModal("Model Selection");
      await modal.getByRole("radio", { name: option }).check();
      await modal.getByRole("button", { name: "Apply" }).click();
      await expect(modal).toHaveCount(0);
    },
  };
}
