import type MarkdownText from "./markdown-text";
import { PlainText } from "./plain-text";

/**
 * The Markdown renderer, loaded when a message is sent, so that it is ready before the first word of the
 * answer. If it cannot be loaded, an answer is shown as plain text.
 */
export const loadMarkdownText = (): Promise<{ default: typeof MarkdownText | typeof PlainText }> =>
  import("./markdown-text").catch(() => ({ default: PlainText }));
