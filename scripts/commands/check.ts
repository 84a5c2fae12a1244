import { runStages, sayTable } from "../lib/stages";
import { checkStages } from "../lib/test-stages";

/** `npm run check`: the quick part of `npm test`. */
export async function check(root: string, args: readonly string[]): Promise<number> {
  const rows = await runStages(checkStages(root), { keepGoing: args.includes("--keep-going") });
  sayTable(rows);
  return rows.every((row) => row.result === "ok") ? 0 : 1;
}
