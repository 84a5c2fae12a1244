import { createBundledHighlighter, createCssVariablesTheme } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import type { CodeLanguage } from "./code-language";
import { languageLoaders } from "./language-loaders";

/** A run of characters of one colour; the colour is a CSS variable of globals.css, so light and dark need no second pass. */
export interface CodeToken {
  text: string;
  color: string | undefined;
}

/** Above this a file is shown plain: colouring runs on the main thread and would freeze the page for seconds. */
const MAX_CHARACTERS = 120_000;
const MAX_LINE_CHARACTERS = 2_000;

const theme = createCssVariablesTheme({ name: "orchestral", variablePrefix: "--shiki-" });

// The regular-expression engine in JavaScript: the other one is WebAssembly, which the security policy refuses.
const createHighlighter = createBundledHighlighter({
  langs: languageLoaders,
  themes: { orchestral: async () => theme },
  engine: () => createJavaScriptRegexEngine({ forgiving: true }),
});

let highlighter: ReturnType<typeof createHighlighter> | undefined;

/**
 * Colours code, line by line. The caller renders elements: markup with `style` attributes, which Shiki also makes, is
 * refused by the security policy.
 *
 * @returns null when it is too large or the grammar cannot be loaded; show it plain then
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
    // The network is gone or the grammar stumbled: uncoloured code is still code.
    return null;
  }
}
