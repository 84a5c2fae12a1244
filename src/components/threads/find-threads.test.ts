import { expect, test } from "vitest";
import { findThreads } from "./find-threads";

const threads = ["Build a counter", "Build a clock", "Zähler für Äpfel"].map((title) => ({
  id: title,
  title,
  createdAt: "",
  updatedAt: "",
  isRunning: false,
}));

test.each([
  ["", 3],
  ["  ", 3],
  ["build", 2],
  ["COUNTER  build", 1],
  ["ÄPFEL", 1],
  ["(", 0],
])("the search %j finds %d", (search, count) => {
  expect(findThreads(threads, search)).toHaveLength(count);
});
