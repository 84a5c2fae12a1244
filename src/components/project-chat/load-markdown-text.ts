import { createElement } from "react";
import type MarkdownText from "./markdown-text";

/**
 * The Markdown renderer, loaded when a message is sent, so that it is ready before the first word of the
 * answer. If it cannot be loaded, an answer is shown as plain text.
 */
export const loadMarkdownText = (): Promise<{ default: typeof MarkdownText | typeof PlainText }> =>
  import("./markdown-text").catch(() => ({ default: PlainText }));

/** Same font size and line height as the renderer's paragraphs, so that little moves when it arrives. */
export function PlainText({ text }: { text: string }) {
  return createElement("p", { className: "wrap-anywhere whitespace-pre-wrap" }, text);
}
