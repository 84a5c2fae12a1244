import { createElement } from "react";
import type MarkdownText from "./markdown-text";

/**
 * The Markdown renderer, loaded when a message leaves, so that it is there before the first word of the answer. When it
 * cannot be loaded an answer is shown as the text it is.
 */
export const loadMarkdownText = (): Promise<{ default: typeof MarkdownText | typeof PlainText }> =>
  import("./markdown-text").catch(() => ({ default: PlainText }));

/** The same type size and line height as a paragraph of the renderer, so that little moves when it arrives. */
export function PlainText({ text }: { text: string }) {
  return createElement("p", { className: "wrap-anywhere whitespace-pre-wrap" }, text);
}
