import { THREAD_TITLE_MAX_LENGTH } from "./limits";
import { withoutInvisible } from "./visible-text";

/** Characters a title takes from its question; with a number after it, it stays below the longest title. */
const SHOWN = 60;

/** Far more than is shown, and little to split: a question may have 100,000 characters. */
const READ = 1_000;

/** A thread's title: the first words of its first message. Both sides make it, so that it does not change. */
export function titleOfQuestion(question: string): string {
  const line = withoutInvisible(question.slice(0, READ).replaceAll(/[\p{Cc}\s]+/gu, " ")).trim();
  if (line === "") return "New thread";
  if (line.length <= SHOWN) return line;
  // Splits by grapheme, so that a title is not cut in the middle of an emoji.
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return characters.length <= SHOWN
    ? line.slice(0, THREAD_TITLE_MAX_LENGTH)
    : `${characters
        .slice(0, SHOWN - 1)
        .join("")
        .trimEnd()}…`;
}

/** A title that no other thread of the project has: with a number, if its words are taken. */
export function distinctTitle(title: string, taken: readonly string[]): string {
  const known = new Set(taken);
  let distinct = title;
  for (let number = 2; known.has(distinct); number += 1) {
    const mark = ` (${number})`;
    distinct = `${title.slice(0, THREAD_TITLE_MAX_LENGTH - mark.length)}${mark}`;
  }
  return distinct;
}
