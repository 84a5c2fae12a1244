import { createBundledHighlighter, createCssVariablesTheme } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import type { CodeLanguage } from "./code-language";
import { languageLoaders } from "./language-loaders";

/**
 * A run of characters of one colour; the colour is a CSS variable of globals.css, so light and dark need no
 * second pass.
 */
export interface CodeToken {
  text: string;
  color: string | undefined;
}

/**
 * Above this a file is shown plain: highlighting runs on the main thread and would freeze the page for
 * seconds.
 */
const MAX_CHARACTERS = 120_000;
const MAX_LINE_CHARACTERS = 2_000;

const theme = createCssVariablesTheme({ name: "orchestral", variablePrefix: "--shiki-" });

// The JavaScript regular-expression engine: the other one is WebAssembly, which our Content-Security-Policy
// blocks.
const createHighlighter = createBundledHighlighter({
  langs: languageLoaders,
  themes: { orchestral: async () => theme },
  engine: () => createJavaScriptRegexEngine({ forgiving: true }),
});

let highlighter: ReturnType<typeof createHighlighter> | undefined;

/**
 * Highlights code, line by line. The caller renders elements: our Content-Security-Policy blocks the `style`
 * attributes of Shiki's own markup.
 *
 * @returns null if it is too large or the grammar cannot be loaded; show it plain then
 */
export async function highlight(code: string, language: CodeLanguage): Promise<CodeToken[][] | null> {
  if (code.length > MAX_CHARACTERS) return null;
  try {
    highlighter ??= createHighlighter({ langs: [], themes: ["orchestral"] });
    const shiki = await highlighter;
    await shiki.loadLanguage(language);
    const { tokens } = shiki.codeToTokens(code, {
      lang: language,
      theme: "orchestral",
      tokenizeMaxLineLength: MAX_LINE_CHARACTERS,
    });
    return tokens.map((line) => line.map(({ content, color }) => ({ text: content, color })));
  } catch {
    // Offline, or the grammar failed: show the code plain.
    return null;
  }
}
