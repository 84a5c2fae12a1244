import { AppError } from "@/lib/app-error";

export interface TextEdit {
  oldText: string;
  newText: string;
}

/**
 * Replaces a passage that stands exactly once in a text. Line ends of quotation and text may differ: a model
 * that reads CRLF often quotes LF. The text keeps its own, also where it has both.
 *
 * @param path named in refusals
 * @throws AppError `conflict`: the passage is missing or stands several times
 */
export function editedText(text: string, { oldText, newText }: TextEdit, path: string): string {
  const [whole, before, after] = [withLf(text), withLf(oldText), withLf(newText)];
  const at = before === "" ? -1 : whole.indexOf(before);
  if (at < 0)
    throw new AppError("conflict", `The text to replace does not stand in ${path}. Read the file again.`);
  if (whole.includes(before, at + 1)) {
    throw new AppError(
      "conflict",
      `The text to replace stands several times in ${path}. Quote more around it.`,
    );
  }
  // Only what differs is replaced, so that unchanged lines of the passage keep their ends.
  const head = commonStart(before, after);
  const tail = commonEnd(before.slice(head), after.slice(head));
  const begin = placeIn(text, at + head);
  const end = placeIn(text, at + before.length - tail);
  const inserted = after.slice(head, after.length - tail);
  const lineEnd = lineEndAt(text, begin);
  const fitting =
    lineEnd === null ? newText.slice(...placesIn(newText, head, after.length - tail)) : inserted;
  return text.slice(0, begin) + withLineEnds(fitting, lineEnd) + text.slice(end);
}

function withLf(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function withLineEnds(text: string, lineEnd: string | null): string {
  return lineEnd === "\r\n" ? text.replaceAll("\n", "\r\n") : text;
}

/** The line end before a place, else the one after it; null in a text of one line. */
function lineEndAt(text: string, place: number): string | null {
  const before = place > 0 ? text.lastIndexOf("\n", place - 1) : -1;
  const at = before >= 0 ? before : text.indexOf("\n", place);
  if (at < 0) return null;
  return text[at - 1] === "\r" ? "\r\n" : "\n";
}

/** The place in a text of a place in the same text with LF. */
function placeIn(text: string, placeWithLf: number): number {
  let place = placeWithLf;
  for (let at = text.indexOf("\r\n"); at >= 0 && at < place; at = text.indexOf("\r\n", at + 2)) place += 1;
  return place;
}

function placesIn(text: string, begin: number, end: number): [number, number] {
  return [placeIn(text, begin), placeIn(text, end)];
}

function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

function commonEnd(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}
