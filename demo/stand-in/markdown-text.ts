/** Escapes text for Markdown: every character that could be markup (CommonMark 2.4). */
export function plainInMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}

/** A block quote of the text, as plain text. */
export function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${plainInMarkdown(line.trim())}`)
    .join("\n");
}

/** A fenced code block whose fence is longer than any run of backticks inside. */
export function fenced(code: string, language: string): string {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`+/g), (run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${code.replace(/\n$/, "")}\n${fence}`;
}

export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
