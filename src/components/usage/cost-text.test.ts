import { expect, test } from "vitest";
import { costNote, costText } from "./cost-text";

test.each([
  ["all is known", { requests: 2, costMicroUsd: 1_200_000, unpriced: 0, atLeast: 0 }, "$1.20", null],
  ["nothing was used", { requests: 0, costMicroUsd: 0, unpriced: 0, atLeast: 0 }, "$0", null],
  ["it was free", { requests: 3, costMicroUsd: 0, unpriced: 0, atLeast: 0 }, "$0", null],
  [
    "nothing is known",
    { requests: 1, costMicroUsd: 0, unpriced: 1, atLeast: 0 },
    "unknown",
    "1 request of unknown cost",
  ],
  [
    "some is not known",
    { requests: 3, costMicroUsd: 1_200_000, unpriced: 1, atLeast: 0 },
    "at least $1.20",
    "1 request of unknown cost",
  ],
  [
    "some was stopped",
    { requests: 3, costMicroUsd: 1_200_000, unpriced: 1, atLeast: 2 },
    "at least $1.20",
    "1 request of unknown cost, 2 requests counted in part",
  ],
])("the cost where %s", (_case, figures, text, note) => {
  expect(costText(figures)).toBe(text);
  expect(costNote(figures)).toBe(note);
});
