import { fenceAfter, markdownChunks } from "./markdown-chunks";

/** A piece of an answer, in the order of the text. */
export interface MarkdownPiece {
  text: string;
  /** `plain`: shown as it is, because formatting it would take too long. */
  kind: "markdown" | "plain";
}

/** What is formatted of one answer; the rest is shown as text. */
const MOST_FORMATTED = 200_000;
/** Blocks that belong together, such as the rows of a table, and cost more than this are not formatted. */
const LARGEST_CHUNK = 40_000;
/** Costs of what becomes an element of its own, in characters of plain text. */
const LINE = 30;
const CELL = 10;
const BOX = 100;
/** So much of a growing chunk is formatted with every change; of more, the end waits as text. */
const GROWING_CHUNK = 6_000;
/** Quotations and lists within each other. The parser recurses: thousands of them overflow its stack. */
const DEEPEST = 20;
/** Columns of one level of a nested list. */
const INDENT = 2;
/** Possible marks in one block: parsing them takes the square of their number. */
const MOST_MARKS = 500;

/**
 * How a Markdown text is shown, so that whatever a model writes takes a time that grows with its length:
 * blocks that would take longer are not formatted, and each character of a growing text is formatted a few
 * times only.
 */
export function planMarkdown(text: string, isGrowing: boolean): MarkdownPiece[] {
  const pieces: MarkdownPiece[] = [];
  let formatted = 0;
  const chunks = markdownChunks(text);
  for (const [index, chunk] of chunks.entries()) {
    const kind = formatted + chunk.length > MOST_FORMATTED || isTooCostly(chunk) ? "plain" : "markdown";
    if (kind === "markdown") formatted += chunk.length;
    const settled =
      kind === "markdown" && isGrowing && index === chunks.length - 1 ? settledLength(chunk) : chunk.length;
    pieces.push({ text: chunk.slice(0, settled), kind });
    if (settled < chunk.length) pieces.push({ text: chunk.slice(settled), kind: "plain" });
  }
  return pieces;
}

/**
 * How much of a growing chunk is formatted: up to a line's end below a limit that grows by half each time, so
 * that all parsing together takes three times as long as the last.
 */
function settledLength(chunk: string): number {
  if (chunk.length <= GROWING_CHUNK) return chunk.length;
  // The content of a code block is not parsed, and belongs into its box.
  if (costOf(chunk) <= GROWING_CHUNK) return chunk.length;
  let limit = GROWING_CHUNK;
  while (limit * 1.5 <= chunk.length) limit *= 1.5;
  const lineEnd = chunk.lastIndexOf("\n", limit) + 1;
  return lineEnd > 0 ? lineEnd : Math.floor(limit);
}

/** The lines outside of code blocks. What a parser may see as something else counts as outside. */
function* proseLines(chunk: string): Generator<string> {
  // Within HTML, and within a list, a fence may be none, or end earlier.
  const hasHtml = /^ {0,3}</m.test(chunk);
  let fence: string | null = null;
  for (const line of chunk.split("\n")) {
    const isCode = fence !== null;
    if (fence !== null || !/^[ \t]/.test(line)) fence = fenceAfter(line, fence);
    if (hasHtml || (!isCode && fence === null)) yield line;
  }
}

/** What formatting the chunk takes, in characters of plain text. The content of code blocks is free. */
function costOf(chunk: string): number {
  let cost = BOX * countOf(/^[`~]{3}/gm, chunk);
  for (const line of proseLines(chunk)) cost += LINE + line.length + CELL * countOf(/\|/g, line);
  return cost;
}

/** Marks of containers at the start of a line. */
const CONTAINERS = /^(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)))+/;
const CONTAINER = />|[-+*](?=[ \t]|$)|\d{1,9}[.)]/g;
/** What may begin or end emphasis, code, a link or an image. */
const MARK = /[*_~`]+|!?\[|\]\(?/g;
/** A line whose text is parsed on its own: of a list, a table, a heading. */
const OWN_LINE = /^[ \t>]*(?:[-+*][ \t]|\d{1,9}[.)][ \t]|\||#)/;

/** Whether formatting takes longer than in proportion to the length. Reads each line once. */
function isTooCostly(chunk: string): boolean {
  if (costOf(chunk) > LARGEST_CHUNK) return true;
  let marks = 0;
  for (const line of proseLines(chunk)) {
    const containers = CONTAINERS.exec(line)?.[0] ?? "";
    const depth = countOf(CONTAINER, containers) + (/^[ \t]*/.exec(line)?.[0].length ?? 0) / INDENT;
    if (containers !== "" && depth > DEEPEST) return true;
    if (line.trim() === "" || OWN_LINE.test(line)) marks = 0;
    marks += countOf(MARK, line);
    if (marks > MOST_MARKS) return true;
  }
  return false;
}

function countOf(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0;
}
