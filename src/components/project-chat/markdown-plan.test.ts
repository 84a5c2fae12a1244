import { describe, expect, test } from "vitest";
import { planMarkdown } from "./markdown-plan";

const SIZE = 60_000;
const filled = (part: string) => part.repeat(Math.ceil(SIZE / part.length)).slice(0, SIZE);
const paragraph = `${"Words and more words with a **mark** and `code`. ".repeat(20).trim()}\n\n`;

/** Each takes the parser many seconds, or overflows its stack. */
const HOSTILE: [string, string][] = [
  ["quotations within each other", filled(">")],
  ["quotations within each other, apart", filled("> ")],
  ["lists within each other on one line", filled("1. ")],
  ["quotations and lists within each other", filled("> - ")],
  [
    "lists within each other, line by line",
    filled(Array.from({ length: 240 }, (_, depth) => `${"  ".repeat(depth)}- a\n`).join("")),
  ],
  ["emphasis that never closes", filled("*a_ ")],
  ["emphasis in one paragraph", filled("_a_ ")],
  ["struck through", filled("~~a ")],
  ["code spans", filled("` ")],
  ["brackets", filled("[")],
  ["links in one paragraph", filled("[a](http://b.c) ")],
  ["images", filled("![a](")],
  ["ten thousand cells", `| a | b |\n|---|---|\n${filled("| 1 | 2 |\n")}`],
  ["one list", filled("- item\n")],
  ["thousands of code blocks", filled("```\na\n```\n")],
  ["emphasis behind a fence in HTML", `<!--\n\`\`\`\n-->\n${filled("*a_ ")}`],
  ["emphasis behind a fence that ends with its list", `- a\n\n  \`\`\`\n\n${filled("*a_ ")}`],
  ["emphasis behind what is no fence", `\`\`\` a\`b\n${filled("*a_ ")}`],
];

const formattedLength = (text: string) =>
  planMarkdown(text, false).reduce(
    (sum, { text: piece, kind }) => sum + (kind === "markdown" ? piece.length : 0),
    0,
  );

describe("what would take too long is shown as text", () => {
  test.each(HOSTILE)("%s", (_what, text) => {
    expect(formattedLength(text)).toBeLessThan(1_000);
  });

  test("and what stands around it is formatted", () => {
    const pieces = planMarkdown(paragraph.repeat(4) + filled("*a_ ") + `\n\n${paragraph.repeat(4)}`, false);
    expect(pieces.map(({ kind }) => kind)).toEqual(["markdown", "plain", "markdown", "markdown"]);
  });

  test("of an answer without end only its beginning is formatted", () => {
    expect(formattedLength(paragraph.repeat(2_000))).toBeLessThanOrEqual(200_000);
  });
});

describe("what an answer usually holds is formatted, whatever its length", () => {
  test.each([
    ["paragraphs", filled(paragraph)],
    ["a code block with many marks", `\`\`\`ts\n${filled("const a_b = [x[0], y[1]] * `z`;\n")}\`\`\`\n`],
    ["a code block that is not closed", `\`\`\`ts\n${filled("let snake_case = a[b] * c;\n")}`],
    ["a table of many rows", `| a | b |\n|---|---|\n${"| **one** | `two` |\n".repeat(400)}`],
    ["a list of links", "- [title](https://example.com/page)\n".repeat(400)],
    ["nested lists", "- a\n  - b\n    - c\n      1. d\n".repeat(200)],
  ])("%s", (_what, text) => {
    expect(formattedLength(text)).toBe(text.length);
  });
});

test("joined, the pieces are the text", () => {
  for (const [, text] of HOSTILE)
    for (const isGrowing of [true, false])
      expect(
        planMarkdown(text, isGrowing)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
});

test.each([
  ["paragraphs", paragraph],
  ["one line", "word "],
  ["one list", "- item\n"],
  ["a text with a definition, which stays whole", `[1]: http://example.com\n\n${paragraph}`],
])("a growing answer (%s) is parsed as often as its beginning, and a few times more", (_what, part) => {
  const STEP = 200;
  const text = part.repeat(Math.ceil(30_000 / part.length));
  let parsed = 0;
  let before = new Set<string>();
  for (let length = STEP; length < text.length; length += STEP) {
    const pieces = planMarkdown(text.slice(0, length), true).filter(({ kind }) => kind === "markdown");
    // A piece that has not changed is not rendered again.
    for (const piece of pieces) if (!before.has(piece.text)) parsed += piece.text.length;
    before = new Set(pieces.map((piece) => piece.text));
  }
  // With every change the last 6,000 characters at most; all of it would be 2,250,000.
  expect(parsed).toBeLessThan((text.length / STEP) * 3_000 + 4 * text.length);
});
