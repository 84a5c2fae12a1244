import path from "node:path";
import { describe, expect, it } from "vitest";
import { findTests } from "../../scripts/lib/find-tests";

const root = path.resolve(import.meta.dirname, "../..");

describe("npm test -- <name>", () => {
  it("means the files with it in their path, of every kind", () => {
    expect(findTests(root, "connect-openrouter")).toEqual([
      { suite: "unit", files: ["tests/routes/connect-openrouter.test.ts"] },
      { suite: "http", files: ["tests/http/connect-openrouter.test.ts"] },
      { suite: "browser", files: ["tests/e2e/connect-openrouter.spec.ts"] },
    ]);
  });

  it("else the tests with it in their title", () => {
    const title = "else the tests with it in their title";
    expect(findTests(root, title.toUpperCase())).toEqual([
      { suite: "unit", files: ["tests/start-up/find-tests.test.ts"], title: title.toUpperCase() },
    ]);
  });

  it("says what there is when it means nothing", () => {
    // Concatenated, so that this file does not contain it.
    const nothing = ["no", "such", "test"].join("-");
    expect(() => findTests(root, nothing)).toThrow(
      `No test file has "${nothing}" in its path or in a title.`,
    );
    expect(() => findTests(root, nothing)).toThrow(/\n {2}tests\/e2e: account, activity, /);
  });
});
