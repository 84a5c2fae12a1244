import path from "node:path";
import { isEnding, startNode } from "../../scripts/lib/children";
import { endOnSignal } from "../../scripts/lib/end-on-signal";

// A minimal launcher for no-orphans.test.ts: starts the program named by its argument, passes on its output.
endOnSignal(0);
const child = startNode([path.resolve(process.argv[2] ?? "")], process.env, process.cwd(), {
  drainMs: 1_000,
});
child.stdout?.pipe(process.stdout);
child.once("exit", () => {
  if (!isEnding()) process.exitCode = 3;
});
