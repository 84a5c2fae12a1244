import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RunViewers } from "./run-viewers";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function viewersOf(options: { graceMs?: number; keepWorking?: boolean } = {}) {
  const stop = vi.fn<() => void>();
  return { stop, viewers: new RunViewers({ graceMs: 1_000, keepWorking: false, stop, ...options }) };
}

test("a run is stopped when nobody has watched for the whole of its grace, and only then", () => {
  const { stop, viewers } = viewersOf();
  const [one, two] = [viewers.join(), viewers.join()];
  one();
  vi.advanceTimersByTime(5_000);
  two();
  vi.advanceTimersByTime(999);
  const back = viewers.join();
  vi.advanceTimersByTime(5_000);
  back();
  vi.advanceTimersByTime(999);
  expect(stop).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("without a grace it is stopped as the last one leaves", () => {
  const { stop, viewers } = viewersOf({ graceMs: 0 });
  const [one, two] = [viewers.join(), viewers.join()];
  one();
  expect(stop).not.toHaveBeenCalled();
  two();
  expect(stop).toHaveBeenCalledTimes(1);
});

test("who keeps working is not stopped before it is told otherwise", () => {
  const { stop, viewers } = viewersOf({ keepWorking: true });
  viewers.join()();
  vi.advanceTimersByTime(60_000);
  expect(stop).not.toHaveBeenCalled();
  viewers.keepWorking = false;
  vi.advanceTimersByTime(1_000);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("who keeps working alone for hours, at a provider that never ends, is stopped", () => {
  const { stop, viewers } = viewersOf({ keepWorking: true });
  const hour = 60 * 60 * 1000;
  const leave = viewers.join();
  vi.advanceTimersByTime(7 * hour);
  leave();
  vi.advanceTimersByTime(5 * hour);
  viewers.keepWorking = true;
  expect(stop).not.toHaveBeenCalled();
  vi.advanceTimersByTime(hour);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("viewers at other servers count as long as they are heard of", () => {
  const { stop, viewers } = viewersOf();
  const leave = viewers.join();
  viewers.watchedElsewhere("one", 15_000);
  leave();
  vi.advanceTimersByTime(14_000);
  viewers.watchedElsewhere("one", 15_000);
  vi.advanceTimersByTime(15_000);
  expect([stop.mock.calls.length, viewers.isWatchedElsewhere]).toEqual([0, false]);
  vi.advanceTimersByTime(1_000);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("without a grace it is stopped as the last of several other servers leaves", () => {
  const { stop, viewers } = viewersOf({ graceMs: 0 });
  const leave = viewers.join();
  for (const server of ["one", "two"]) viewers.watchedElsewhere(server, 15_000);
  leave();
  viewers.watchedElsewhere("one", 0);
  viewers.watchedElsewhere("one", 0);
  expect(stop).not.toHaveBeenCalled();
  viewers.watchedElsewhere("two", 0);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("nothing is stopped that has ended", () => {
  const { stop, viewers } = viewersOf();
  viewers.join()();
  viewers.end();
  viewers.watchedElsewhere("one", 0);
  vi.advanceTimersByTime(60_000);
  expect(stop).not.toHaveBeenCalled();
});
