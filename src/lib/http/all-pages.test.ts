import { afterEach, expect, test, vi } from "vitest";
import { allPages } from "./all-pages";

afterEach(() => void vi.unstubAllGlobals());

/** A server's list in pages of two. */
function serve(items: readonly string[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const from = Number(new URL(path, "http://localhost").searchParams.get("cursor") ?? 0);
    const next = from + 2 < items.length ? { next: String(from + 2) } : {};
    return Response.json({ items: items.slice(from, from + 2), ...next });
  });
  return asked;
}

test("a list is read to its end, in its order", async () => {
  const asked = serve(["a", "b", "c", "d", "e"]);
  const pages = await allPages<{ items: string[]; next?: string }>("/api/v1/things");
  expect(pages.flatMap(({ items }) => items)).toEqual(["a", "b", "c", "d", "e"]);
  expect(asked).toEqual(["/api/v1/things", "/api/v1/things?cursor=2", "/api/v1/things?cursor=4"]);
});

test("one that fits in a page, or is empty, takes one request", async () => {
  for (const items of [[], ["a", "b"]]) {
    const asked = serve(items);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await allPages("/api/v1/things")).toEqual([{ items }]);
    expect(asked).toHaveLength(1);
  }
});
