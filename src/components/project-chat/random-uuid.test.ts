import { afterEach, expect, test, vi } from "vitest";
import { threadIdSchema } from "@/contracts/threads";
import { randomUuid } from "./random-uuid";

afterEach(() => vi.unstubAllGlobals());

test("is accepted as a thread id", () => {
  expect(threadIdSchema.safeParse(randomUuid()).success).toBe(true);
});

test("is accepted even if the browser has no randomUUID: a page served over plain http", () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const ids = Array.from({ length: 100 }, randomUuid);
  expect(ids.every((id) => threadIdSchema.safeParse(id).success)).toBe(true);
  expect(new Set(ids).size).toBe(100);
});
