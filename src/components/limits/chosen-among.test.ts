import { expect, test } from "vitest";
import { chosenAmong } from "./chosen-among";

const ANN = { value: "ann" };
const BOB = { value: "bob" };

test.each([
  ["nobody while they load", null, null, null],
  ["the first one as soon as they are there", [ANN, BOB], null, ANN],
  ["the one that was chosen", [ANN, BOB], "bob", BOB],
  ["the first one found, if the chosen one is not among them", [ANN], "bob", ANN],
  ["nobody, if nobody is found", [], "bob", null],
])("%s", (_, choices, chosen, expected) => {
  expect(chosenAmong(choices, chosen)).toBe(expected);
});
