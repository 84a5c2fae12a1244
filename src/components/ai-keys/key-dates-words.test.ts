import { expect, test } from "vitest";
import { isRotationDue, keyDatesWords } from "./key-dates-words";
import { endOfDay, lastDayOf, laterDay, today } from "./key-days";

const NOW = Date.parse("2026-11-30T12:00:00Z");
const ofKey = { expiresAt: null, isExpired: false, paused: null };
const endsIn = (hours: number) => ({
  ...ofKey,
  expiresAt: new Date(NOW + hours * 3_600_000).toISOString(),
});

test.each<[name: string, key: Parameters<typeof keyDatesWords>[0], word: string | null]>([
  ["without a date", ofKey, null],
  ["that ends in 31 days", endsIn(30 * 24 + 1), null],
  ["that ends in 30 days", endsIn(30 * 24), "Expires in 30 days"],
  ["that ends in five and a half days", endsIn(5.5 * 24), "Expires in 6 days"],
  ["that ends tonight", endsIn(10), "Expires within a day"],
  ["that has ended", { ...endsIn(-1), isExpired: true }, "Expired"],
  [
    "that has ended and is paused",
    { ...endsIn(-1), isExpired: true, paused: { at: "", reason: "owner", sentence: "" } },
    "Paused",
  ],
])("a key %s", (_name, key, word) => {
  expect(keyDatesWords(key, NOW)?.word ?? null).toBe(word);
});

test("is to be replaced from its day on", () => {
  const due = [null, "2026-12-01", "2026-11-30"].map((rotateOn) => isRotationDue({ rotateOn }, NOW));
  expect(due).toEqual([false, false, true]);
});

test("a day ends where the reader is, and is read as the same day again", () => {
  for (const day of ["2026-12-31", "2028-02-29", "2026-03-29", "2026-10-25"]) {
    expect(lastDayOf(endOfDay(day))).toBe(day);
  }
  expect(lastDayOf(null)).toBe("");
});

test("days are added to the date of a key, or to today if that is over", () => {
  expect(laterDay("2031-01-31", 30)).toBe("2031-03-02");
  expect(laterDay("2020-01-01", 30)).toBe(laterDay(today(), 30));
  expect(laterDay("", 1) > today()).toBe(true);
});
