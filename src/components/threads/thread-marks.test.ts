import { expect, test } from "vitest";
import { nextMarks } from "./thread-marks";

const look = (running: string[], openId = "open", ids: string[] | null = ["open", "one", "two"]) => ({
  ids,
  running: new Set(running),
  openId,
});

test("a thread that finishes while another one is open is marked until it is open or at work again", () => {
  const atWork = nextMarks({ running: [], unseen: [] }, look(["one", "open"]));
  expect(atWork).toEqual({ running: ["one", "open"], unseen: [] });
  const finished = nextMarks(atWork, look([]));
  expect(finished).toEqual({ running: [], unseen: ["one"] });
  expect(nextMarks(finished, look([])).unseen).toEqual(["one"]);
  expect(nextMarks(finished, look(["one"])).unseen).toEqual([]);
  expect(nextMarks(finished, look([], "one")).unseen).toEqual([]);
});

test("the mark of a deleted thread goes with it", () => {
  const before = { running: [], unseen: ["two"] };
  expect(nextMarks(before, look([], "open", ["open"])).unseen).toEqual([]);
  expect(nextMarks(before, look([], "open", null)).unseen, "while the list loads").toEqual(["two"]);
});
