/** Characters of a line that are shown, and of them before the match. */
const LENGTH = 200;
const BEFORE = 60;

/**
 * The part of a line around the first place where it contains a text, without regard to case; the whole line
 * if it is short.
 *
 * @param needle in lower case
 * @returns null if the line does not contain it
 */
export function excerptAround(needle: string, line: string): string | null {
  const lower = line.toLowerCase();
  const found = lower.indexOf(needle);
  if (found < 0) return null;
  const most = Math.max(LENGTH, needle.length + 2 * BEFORE);
  if (line.length <= most) return line;
  const at = lower.length === line.length ? found : placeBeforeLowerCase(line, found);
  const begin = Math.min(Math.max(0, at - BEFORE), line.length - most);
  const end = begin + most;
  // A cut within a character would leave half of it.
  const shown = line.slice(begin, end).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
  return `${begin > 0 ? "…" : ""}${shown}${end < line.length ? "…" : ""}`;
}

/** Some characters are longer in lower case ("İ"). */
function placeBeforeLowerCase(line: string, placeInLowerCase: number): number {
  let [place, lower] = [0, 0];
  for (const character of line) {
    if (lower >= placeInLowerCase) break;
    place += character.length;
    lower += character.toLowerCase().length;
  }
  return place;
}
