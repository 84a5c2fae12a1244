import { duration, sayPlain } from "./say.mjs";

/** What a stage found. A stage without tests of its own only passes or fails. */
export interface StageResult {
  ok: boolean;
  tests?: TestCounts;
}

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** Of those that passed, how many did so only when tried again. */
  flaky?: number;
}

export interface Stage {
  name: string;
  run(): Promise<StageResult>;
}

interface Row {
  name: string;
  result: "ok" | "failed" | "not run";
  ms: number;
  tests?: TestCounts;
}

/** Runs stages in order, each under a heading. Those after a failed one are not run, unless `keepGoing`. */
export async function runStages(stages: readonly Stage[], options: { keepGoing: boolean }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const stage of stages) {
    if (!options.keepGoing && rows.some((row) => row.result === "failed")) {
      rows.push({ name: stage.name, result: "not run", ms: 0 });
      continue;
    }
    sayPlain(`\n── ${stage.name} ${"─".repeat(Math.max(0, 60 - stage.name.length))}`);
    const begin = performance.now();
    const { ok, tests } = await stage.run();
    const row: Row = { name: stage.name, result: ok ? "ok" : "failed", ms: performance.now() - begin };
    rows.push(tests ? { ...row, tests } : row);
  }
  return rows;
}

/**
 * The table at the end, and as its last line the sum of all tests. A failed stage that counted no failed test (a format or
 * type error, a test file that does not load) is one failure, so that nothing red ever ends in "0 failed".
 */
export function sayTable(rows: readonly Row[]): void {
  const width = Math.max(...rows.map((row) => row.name.length)) + 3;
  sayPlain(`\n── Summary ${"─".repeat(53)}`);
  for (const row of rows) {
    const time = row.result === "not run" ? "" : duration(row.ms);
    sayPlain(
      `  ${row.name.padEnd(width)}${row.result.padEnd(10)}${time.padStart(11)}   ${describe(row.tests)}`.trimEnd(),
    );
  }
  sayPlain(`  ${"Total".padEnd(width + 10)}${duration(sum(rows.map((row) => row.ms))).padStart(11)}`);
  sayPlain();
  sayPlain(totalLine(rows));
}

function describe(tests: TestCounts | undefined): string {
  if (!tests) return "";
  const parts = [`${tests.passed} passed`];
  if (tests.flaky) parts.push(`${tests.flaky} of them at the second try`);
  if (tests.failed > 0) parts.push(`${tests.failed} failed`);
  if (tests.skipped > 0) parts.push(`${tests.skipped} skipped`);
  return parts.join(", ");
}

/** "N passed, N failed". */
export function totalLine(rows: readonly Pick<Row, "result" | "tests">[]): string {
  const passed = sum(rows.map((row) => row.tests?.passed ?? 0));
  const failed = sum(rows.map((row) => (row.result === "failed" ? Math.max(1, row.tests?.failed ?? 0) : 0)));
  return `${passed} passed, ${failed} failed`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
