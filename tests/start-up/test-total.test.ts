import { beforeEach, describe, expect, it, vi } from "vitest";
import { runStages, type Stage, sayTable, totalLine } from "../../scripts/lib/stages";

beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));

const stage = (name: string, ok: boolean, passed = 0, failed = 0): Stage => ({
  name,
  run: async () => (passed + failed > 0 ? { ok, tests: { passed, failed, skipped: 0, timed: [] } } : { ok }),
});

describe("the table of npm test", () => {
  it("says how many tests passed only when tried again", async () => {
    const tests = { passed: 40, failed: 0, skipped: 0, flaky: 2, timed: [] };
    const rows = await runStages([{ name: "Browser", run: async () => ({ ok: true, tests }) }], {
      keepGoing: false,
    });
    sayTable(rows, 1_000);
    const said = vi.mocked(console.log).mock.calls.map(([line]) => String(line));
    expect(said.find((line) => line.includes("40 passed"))).toContain(
      "40 passed, 2 of them at the second try",
    );
  });
});

const timed = (file: string) =>
  Array.from({ length: 8 }, (_, index) => ({ file, title: `takes ${index}`, ms: index * 1_000 }));

describe("the slowest tests", () => {
  it("are ten of all stages, the slowest first", async () => {
    const rows = await runStages(
      ["a.test.ts", "b.spec.ts"].map((file) => ({
        name: file,
        run: async () => ({ ok: true, tests: { passed: 8, failed: 0, skipped: 0, timed: timed(file) } }),
      })),
      { keepGoing: false },
    );
    sayTable(rows, 1_000);
    const said = vi.mocked(console.log).mock.calls.map(([line]) => String(line));
    const slow = said.filter((line) => /: takes \d$/.test(line));
    expect(slow).toHaveLength(10);
    expect(slow[0]?.trim()).toBe("7.0 s   a.test.ts: takes 7");
    expect(slow[1]?.trim()).toBe("7.0 s   b.spec.ts: takes 7");
  });
});

describe("stages side by side", () => {
  it("run together, and one that fails ends the run after them", async () => {
    const both = Promise.withResolvers<void>();
    const waiting = (name: string, ok: boolean): Stage => ({
      name,
      run: async () => {
        if (name === "second") both.resolve();
        await both.promise;
        return { ok };
      },
    });
    const rows = await runStages([[waiting("first", false), waiting("second", true)], stage("third", true)], {
      keepGoing: false,
    });
    expect(rows.map(({ name, result }) => [name, result])).toEqual([
      ["first", "failed"],
      ["second", "ok"],
      ["third", "not run"],
    ]);
  });
});

describe("the last line of npm test", () => {
  it("adds the tests of all stages", async () => {
    const rows = await runStages([stage("a", true), stage("b", true, 40), stage("c", false, 7, 2)], {
      keepGoing: false,
    });
    expect(totalLine(rows)).toBe("47 passed, 2 failed");
  });

  it("never says 0 failed when something failed", async () => {
    const rows = await runStages([stage("format", false), stage("unit", true, 3)], { keepGoing: true });
    expect(totalLine(rows)).toBe("3 passed, 1 failed");
  });

  it("does not count a stage that was not reached", async () => {
    const rows = await runStages([stage("types", false), stage("unit", true, 3)], { keepGoing: false });
    expect(rows.map((row) => row.result)).toEqual(["failed", "not run"]);
    expect(totalLine(rows)).toBe("0 passed, 1 failed");
  });
});
