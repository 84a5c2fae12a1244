import { checkStages } from "../lib/test-stages";
import { runAndTell } from "./test";

/** `npm run check`: the quick part of `npm test`. */
export async function check(root: string, args: readonly string[]): Promise<number> {
  return runAndTell(checkStages(root), args);
}
