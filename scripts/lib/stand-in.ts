import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { startNode } from "./children";
import { compiledProgram } from "./compile.mjs";
import type { Variables } from "./env-files";
import { LaunchError } from "./launch-error";
import { say } from "./say.mjs";

const greetingSchema = z.object({ url: z.url() });

/**
 * Starts the provider stand-in: a local server that checks demo keys and streams scripted answers.
 *
 * @returns the process and its URL
 * @throws LaunchError stand_in_failed
 */
export async function startStandIn(
  root: string,
  env: Variables,
): Promise<{ child: ChildProcess; url: string }> {
  const program = await compiledProgram(root, "demo/stand-in/main.ts");
  const child = startNode([...program, "--no-bodies", "--no-control"], env, root);
  child.stderr?.pipe(process.stderr);
  if (!child.stdout) throw new Error("the stand-in's output is not piped");
  const lines = createInterface({ input: child.stdout });
  const greeting = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve("{}"));
  });
  // The rest of its output must be read, or it would block on a full pipe.
  child.stdout.resume();
  let url: string;
  try {
    url = greetingSchema.parse(JSON.parse(greeting)).url;
  } catch (cause) {
    throw new LaunchError(
      "stand_in_failed",
      "The stand-in for the model providers did not start; the reason stands above.",
      { cause },
    );
  }
  say("Provider", `a stand-in on this machine, ${url}`);
  return { child, url };
}
