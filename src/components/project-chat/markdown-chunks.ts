/** Minimum characters of a chunk; it ends at the next safe place. */
const CHUNK_LENGTH = 2_000;

/**
 * Splits a long Markdown text between independent blocks, so that only the last part of a streaming answer is
 * parsed again. Joined, the chunks are the text.
 *
 * It splits at a blank line outside a code fence, before a line that can only begin a new block. A text with
 * link or footnote definitions stays whole: they are used far from their definition.
 */
export function markdownChunks(text: string): string[] {
  if (text.length < 2 * CHUNK_LENGTH || /^ {0,3}\[[^\]]+\]:/m.test(text)) return [text];
  const chunks: string[] = [];
  let start = 0;
  let fence: string | null = null;
  let afterBlank = false;
  for (const { index, 0: line } of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    const isNewBlock = afterBlank && fence === null && BEGINS_A_BLOCK.test(line);
    if (isNewBlock && index - start >= CHUNK_LENGTH) {
      chunks.push(text.slice(start, index));
      start = index;
    }
    fence = fenceAfter(line, fence);
    afterBlank = line.trim() === "";
  }
  chunks.push(text.slice(start));
  return chunks;
}

/**
 * A paragraph, heading, emphasis or code fence; not indented, and no list item, quotation, table row or HTML.
 */
const BEGINS_A_BLOCK = /^(?:\p{L}|#{1,6}\s|\*\*?\w|_\w|"|“|`{3,})/u;

/** The mark of the code fence that is open after a line; null if none is. */
export function fenceAfter(line: string, open: string | null): string | null {
  const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.trimEnd());
  const mark = fence?.[1];
  if (mark === undefined) return open;
  // CommonMark 4.5: no backtick behind an opening fence of backticks.
  if (open === null) return mark.startsWith("`") && fence?.[2]?.includes("`") ? null : mark;
  // Closed by the same character, at least as many of them, and nothing behind.
  return mark.startsWith(open) && fence?.[2]?.trim() === "" ? null : open;
}
