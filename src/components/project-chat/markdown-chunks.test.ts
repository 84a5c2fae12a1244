import { expect, test } from "vitest";
import { markdownChunks } from "./markdown-chunks";

const paragraph = `${"Words and more words. ".repeat(40).trim()}\n\n`;
const long = paragraph.repeat(12);

test("joined, the chunks are the original text", () => {
  const texts = [
    "",
    "\n",
    "a",
    long,
    `${long}\`\`\`js\n${paragraph}${paragraph}\`\`\`\n\n${long}`,
    `${long}- a\n\n  b\n\n${long}`,
  ];
  for (const text of texts) expect(markdownChunks(text).join("")).toBe(text);
});

test("a short answer is one chunk", () => {
  expect(markdownChunks(paragraph)).toHaveLength(1);
});

test("while a long answer grows, earlier chunks do not change", () => {
  const before = markdownChunks(long);
  const after = markdownChunks(long + paragraph.repeat(5));
  expect(before.length).toBeGreaterThan(3);
  expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
});

test("a code block is never cut, whatever its length and content", () => {
  const code = `\`\`\`\`md\nIntro\n\n\`\`\`js\n${paragraph.repeat(5)}\`\`\`\n\n${paragraph.repeat(5)}\`\`\`\`\n\n`;
  const chunks = markdownChunks(paragraph.repeat(3) + code + paragraph.repeat(3));
  expect(chunks.filter((chunk) => chunk.includes("````"))).toHaveLength(1);
});

test.each([
  "- item\n\n",
  "1. item\n\n",
  "  indented\n\n",
  "> quoted\n\n",
  "| a | b |\n\n",
  "<b>html</b>\n\n",
])("no cut before %j, which may belong to the block above", (line) => {
  const chunks = markdownChunks(paragraph.repeat(3) + line.repeat(200) + paragraph.repeat(3));
  expect(chunks.filter((chunk) => chunk.startsWith(line.slice(0, 3)))).toEqual([]);
});

test("a text with footnotes or link definitions stays whole", () => {
  expect(markdownChunks(`See [this][1].\n\n${long}[1]: https://example.com\n`)).toHaveLength(1);
});
