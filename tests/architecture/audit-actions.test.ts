import { describe, expect, test } from "vitest";
import { sourceFiles } from "./source-files";

const LIST = "src/domain/vault/audit/audit-event.ts";

describe("the names of audit records", () => {
  test("are each used by some code", () => {
    const files = [...sourceFiles("src"), ...sourceFiles("scripts")];
    const listed = files.find((file) => file.path === LIST)?.text ?? "";
    const names = [...listed.matchAll(/^ {2}\| "([a-z_]+\.[a-z_]+)"/gm)].map(([, name = ""]) => name);
    // Components have a sentence for each of them, used or not.
    const others = files.filter(
      (file) =>
        file.path !== LIST && !file.path.startsWith("src/components/") && !file.path.endsWith(".test.ts"),
    );
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !others.some((file) => file.text.includes(`"${name}"`)))).toEqual([]);
  });
});
