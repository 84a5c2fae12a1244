import { buildIfStale } from "../lib/build-if-stale";
import { exitCodeOf, startChild } from "../lib/children";
import { compiledProgram } from "../lib/compile.mjs";
import { testEnvironment } from "../lib/test-stages";

/** `npm run bench`: measures the built product against local servers; arguments go on to bench/run.ts. */
export async function bench(root: string, args: readonly string[]): Promise<number> {
  const env = testEnvironment();
  await buildIfStale(root, env);
  return exitCodeOf(
    startChild(process.execPath, [...(await compiledProgram(root, "bench/run.ts")), ...args], {
      cwd: root,
      env: { ...env, NODE_ENV: "production" },
      stdio: "inherit",
    }),
  );
}
