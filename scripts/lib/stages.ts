import { duration, sayPlain } from "./say.mjs";
import type { TestReport } from "./test-reports";

/** Result of a stage. A stage without tests only passes or fails. */
export interface StageResult {
  ok: boolean;
  tests?: TestReport;
  /** Output of its tool, for a stage that runs in parallel. */
  output?: string;
}

export interface Stage {
  name: string;
  run(): Promise<StageResult>;
}

export interface Row {
  name: string;
  result: "ok" | "failed" | "not run";
  ms: number;
  tests?: TestReport;
}

/** How many of the slowest tests are listed at the end. */
const SLOWEST = 10;

/**
 * Runs stages in order, each under a heading; those in a nested list run in parallel, and the output of each
 * is shown when it is done. Stops after a failed one, unless `keepGoing`.
 */
export async function runStages(
  stages: readonly (Stage | readonly Stage[])[],
  options: { keepGoing: boolean },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const each of stages) {
    const group: readonly Stage[] = "run" in each ? [each] : each;
    if (!options.keepGoing && rows.some((row) => row.result === "failed")) {
      rows.push(...group.map(({ name }) => ({ name, result: "not run" as const, ms: 0 })));
      continue;
    }
    const [first, ...others] = group;
    if (first && others.length === 0) sayHeading(first.name);
    rows.push(
      ...(await Promise.all(
        group.map(async (stage) => {
          const begin = performance.now();
          const { ok, tests, output } = await stage.run();
          if (others.length > 0) {
            sayHeading(stage.name);
            if (output) process.stdout.write(output);
          }
          const row: Row = { name: stage.name, result: ok ? "ok" : "failed", ms: performance.now() - begin };
          return tests ? { ...row, tests } : row;
        }),
      )),
    );
  }
  return rows;
}

function sayHeading(name: string): void {
  sayPlain(`\n── ${name} ${"─".repeat(Math.max(0, 60 - name.length))}`);
}

/**
 * The slowest tests, the table of stages, and as its last line the sum of all tests. A failed stage that
 * counted no failed test (a format or type error, a test file that does not load) is one failure, so that a
 * failure never ends in "0 failed".
 *
 * @param ms total wall time; stages may have run in parallel
 */
export function sayTable(rows: readonly Row[], ms: number): void {
  saySlowest(rows);
  const width = Math.max(...rows.map((row) => row.name.length)) + 3;
  sayHeading("Summary");
  for (const row of rows) {
    const time = row.result === "not run" ? "" : duration(row.ms);
    sayPlain(
      `  ${row.name.padEnd(width)}${row.result.padEnd(10)}${time.padStart(11)}   ${describe(row.tests)}`.trimEnd(),
    );
  }
  sayPlain(`  ${"Total".padEnd(width + 10)}${duration(ms).padStart(11)}`);
  sayPlain();
  sayPlain(totalLine(rows));
}

function saySlowest(rows: readonly Row[]): void {
  const slowest = rows
    .flatMap((row) => row.tests?.timed ?? [])
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST);
  if (slowest.length === 0) return;
  sayHeading("Slowest tests");
  for (const { file, title, ms } of slowest) sayPlain(`  ${duration(ms).padStart(11)}   ${file}: ${title}`);
}

function describe(tests: TestReport | undefined): string {
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
