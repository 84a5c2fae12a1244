import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

interface TimedTest {
  /** Relative to the root of the project. */
  file: string;
  title: string;
  ms: number;
}

export interface TestReport {
  passed: number;
  failed: number;
  skipped: number;
  /** How many of the passed ones needed a retry. */
  flaky?: number;
  timed: TimedTest[];
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), duration: z.number().nullish() })),
    }),
  ),
});

/** A file, or a `describe` in it. */
const playwrightSuite = z.object({
  specs: z.array(
    z.object({
      title: z.string(),
      file: z.string(),
      tests: z.array(z.object({ results: z.array(z.object({ duration: z.number() })) })),
    }),
  ),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});

const playwrightReport = z.object({
  config: z.object({ rootDir: z.string() }),
  suites: z.array(playwrightSuite),
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** A report of `vitest --reporter=json`; `undefined` if vitest wrote none. */
export function readVitestReport(root: string, file: string): TestReport | undefined {
  const report = readReport(file, vitestReport);
  return (
    report && {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
      timed: report.testResults.flatMap(({ name, assertionResults }) =>
        assertionResults.map(({ fullName, duration }) => ({
          file: path.relative(root, name),
          title: fullName,
          ms: duration ?? 0,
        })),
      ),
    }
  );
}

/**
 * A report of `playwright test --reporter=json`; a test that passed on a retry counts as passed and flaky.
 */
export function readPlaywrightReport(root: string, file: string): TestReport | undefined {
  const report = readReport(file, playwrightReport);
  if (!report) return undefined;
  const timedOf = ({ specs, suites = [] }: z.output<typeof playwrightSuite>): TimedTest[] => [
    ...specs.map((spec) => ({
      file: path.relative(root, path.resolve(report.config.rootDir, spec.file)),
      title: spec.title,
      ms: spec.tests.flatMap(({ results }) => results).reduce((total, { duration }) => total + duration, 0),
    })),
    ...suites.flatMap(timedOf),
  ];
  const { expected, unexpected, flaky, skipped } = report.stats;
  return {
    passed: expected + flaky,
    failed: unexpected,
    skipped,
    flaky,
    timed: report.suites.flatMap(timedOf),
  };
}

function readReport<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
