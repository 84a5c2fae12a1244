import { readFileSync } from "node:fs";
import { z } from "zod";
import type { TestCounts } from "./stages";

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** Counts of a report of `vitest --reporter=json`; `undefined` when vitest wrote none. */
export function vitestCounts(file: string): TestCounts | undefined {
  const report = readReport(file, vitestReport);
  return (
    report && {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  );
}

/** Counts of a report of `playwright test --reporter=json`; a test that passed only when tried again passed, and is flaky. */
export function playwrightCounts(file: string): TestCounts | undefined {
  const stats = readReport(file, playwrightReport)?.stats;
  return (
    stats && {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
      flaky: stats.flaky,
    }
  );
}

function readReport<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
