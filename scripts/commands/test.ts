import { runStages, type Stage, sayTable } from "../lib/stages";
import { allStages, namedStages } from "../lib/test-stages";

/**
 * `npm test`: every stage, up to the first that fails (`--keep-going`: all of them). `npm test -- <name>`:
 * the tests with that in their path or title.
 */
export async function test(root: string, args: readonly string[]): Promise<number> {
  const name = args.filter((arg) => arg !== "--keep-going").join(" ");
  return runAndTell(name ? namedStages(root, name) : allStages(root), args);
}

/** @returns exit code */
export async function runAndTell(
  stages: readonly (Stage | readonly Stage[])[],
  args: readonly string[],
): Promise<number> {
  const begin = performance.now();
  const rows = await runStages(stages, { keepGoing: args.includes("--keep-going") });
  sayTable(rows, performance.now() - begin);
  return rows.every((row) => row.result === "ok") ? 0 : 1;
}
