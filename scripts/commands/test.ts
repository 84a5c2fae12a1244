import { runStages, sayTable } from "../lib/stages";
import { allStages } from "../lib/test-stages";

/** `npm test`: every stage, up to the first that fails (`--keep-going`: all of them). */
export async function test(root: string, args: readonly string[]): Promise<number> {
  const rows = await runStages(allStages(root), { keepGoing: args.includes("--keep-going") });
  sayTable(rows);
  return rows.every((row) => row.result === "ok") ? 0 : 1;
}
