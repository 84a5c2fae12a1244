import { expect, test } from "vitest";
import { sourceFiles } from "./source-files";

/** Reached by a link that an operator hands out. */
const BY_ADDRESS = ["/reset-password"];

test("each page is linked from another one", () => {
  const files = sourceFiles("src");
  const pages = files.flatMap(({ path }) => /^src\/app(\/.*)\/page\.tsx$/.exec(path)?.[1] ?? []);
  expect(pages.length).toBeGreaterThan(10);
  const unlinked = pages.filter((place) => {
    const address = place.replaceAll(/\/\([^)]*\)/g, "");
    if (address.includes("[") || BY_ADDRESS.includes(address)) return false;
    // Not by itself, nor by the way back from a page below it.
    const others = files.filter(({ path }) => !path.startsWith(`src/app${place}/`));
    const link = new RegExp(`href[=:]\\s*\\{?\\s*["\`]${address}["\`?#]`);
    return !others.some(({ text }) => link.test(text));
  });
  expect(unlinked).toEqual([]);
});
