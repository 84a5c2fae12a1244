/**
 * Which of several is chosen: the first one while nobody chose, or if what was chosen is not there any more.
 * Null while there are none.
 */
export function chosenAmong<Choice extends { value: string }>(
  choices: readonly Choice[] | null,
  chosen: string | null,
): Choice | null {
  return choices?.find(({ value }) => value === chosen) ?? choices?.[0] ?? null;
}
