import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isProductVariable } from "@/lib/env.server";
import { buildIfStale } from "./build-if-stale";
import { exitCodeOf, isEnding, startChild } from "./children";
import { ensureChromium } from "./chromium";
import { contentHash } from "./content-hash";
import { asPattern, findTests } from "./find-tests";
import { errorCode, LaunchError } from "./launch-error";
import { duration, sayFailure, sayPlain } from "./say.mjs";
import type { Stage, StageResult } from "./stages";
import { readPlaywrightReport, readVitestReport, type TestReport } from "./test-reports";
import { isUnchangedSincePassed, rememberPassed, STAND_IN } from "./unchanged-since-passed";

/**
 * The environment of tools and tests, without this installation's settings. A test must not use a real
 * database or a real key because its shell has one.
 */
export function testEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (isProductVariable(name)) Reflect.deleteProperty(env, name);
  delete env.ORCHESTRAL_INSTALL_MS;
  return env;
}

/** Runs a tool of node_modules/.bin and shows its output. */
async function tool(
  root: string,
  name: string,
  args: readonly string[],
  env = testEnvironment(),
): Promise<boolean> {
  return (
    (await exitCodeOf(
      startChild(name, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] }),
    )) === 0
  );
}

/** Like `tool`, for one that runs in parallel: returns its output. */
async function quietTool(root: string, name: string, args: readonly string[]): Promise<StageResult> {
  const colours = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const child = startChild(name, args, {
    cwd: root,
    env: { ...testEnvironment(), ...colours },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (piece: Buffer) => pieces.push(piece));
  const ok = (await exitCodeOf(child)) === 0;
  return { ok, output: Buffer.concat(pieces).toString() };
}

/** run.mjs has already installed; this shows it in the table. */
const install: Stage = {
  name: "Install",
  run: async () => {
    sayPlain(`  done before the first stage, in ${duration(Number(process.env.ORCHESTRAL_INSTALL_MS ?? 0))}`);
    return { ok: true };
  },
};

/** One or more tools in sequence, in parallel with other stages. */
function toolStage(
  root: string,
  name: string,
  ...commands: readonly (readonly [string, ...string[]])[]
): Stage {
  return {
    name,
    run: async () => {
      let output = "";
      for (const [command, ...args] of commands) {
        const result = await quietTool(root, command, args);
        output += result.output ?? "";
        if (!result.ok) return { ok: false, output };
      }
      return { ok: true, output };
    },
  };
}

/** Runs a test runner and reads its report. Without a report the runner has failed. */
async function reported(
  run: (reportFile: string) => Promise<boolean>,
  read: (reportFile: string) => TestReport | undefined,
): Promise<StageResult> {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestral-report-"));
  try {
    const report = path.join(folder, "report.json");
    const ok = await run(report);
    const tests = read(report);
    return tests ? { ok, tests } : { ok: false };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vitestStage(root: string, name: string, args: readonly string[]): Stage {
  const reporters = ["--reporter=default", "--reporter=json"];
  return {
    name,
    run: () =>
      reported(
        (report) => tool(root, "vitest", ["run", ...reporters, `--outputFile.json=${report}`, ...args]),
        (report) => readVitestReport(root, report),
      ),
  };
}

/** Skips the stand-in's own tests if nothing has changed since they last passed. */
function unitAndDatabaseStage(root: string): Stage {
  const name = "Unit and database tests";
  return {
    name,
    run: async () => {
      const projects = ["unit", "parts", "database", "routes"];
      const isUnchanged = isUnchangedSincePassed(root, STAND_IN);
      if (isUnchanged) sayPlain("  The stand-in's own tests are not run: unchanged since they last passed.");
      else projects.push(STAND_IN.project);
      const hash = contentHash(root, STAND_IN.inputs);
      const args = projects.flatMap((project) => ["--project", project]);
      const result = await vitestStage(root, name, args).run();
      if (result.ok && !isUnchanged) rememberPassed(root, STAND_IN, hash);
      return result;
    },
  };
}

function buildStage(root: string): Stage {
  return {
    name: "Build",
    run: async () => {
      try {
        await buildIfStale(root, testEnvironment());
        return { ok: true };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function browserStage(root: string, args: readonly string[] = []): Stage {
  return {
    name: "Browser",
    run: async () => {
      try {
        const { path: CHROMIUM_PATH } = await ensureChromium();
        return await reported(
          (report) => {
            const env = { ...testEnvironment(), CHROMIUM_PATH, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
            return tool(root, "playwright", ["test", "--reporter=list,json", ...args], env);
          },
          (report) => readPlaywrightReport(root, report),
        );
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function failed(error: unknown): { ok: false } {
  if (!(error instanceof LaunchError) || isEnding()) throw error;
  sayFailure(`${error.message} (${errorCode(error)})`);
  return { ok: false };
}

/** In parallel: each leaves a core idle most of the time. */
function staticStages(root: string): Stage[] {
  const tsc = ["tsc", "--noEmit"] as const;
  return [
    toolStage(root, "Format", ["biome", "check", "."]),
    toolStage(root, "Lint", ["oxlint", "--type-aware"]),
    // Route types are generated; a fresh clone has none yet.
    existsSync(path.join(root, "src/app"))
      ? toolStage(root, "Types", ["next", "typegen"], tsc)
      : toolStage(root, "Types", tsc),
    toolStage(root, "Dead code", ["knip"]),
  ];
}

/** The quick stages: all static checks, and the tests next to the code they test. */
export function checkStages(root: string): (Stage | Stage[])[] {
  return [install, staticStages(root), vitestStage(root, "Unit tests", ["--project", "unit"])];
}

/** All stages. */
export function allStages(root: string): (Stage | Stage[])[] {
  return [
    install,
    staticStages(root),
    unitAndDatabaseStage(root),
    buildStage(root),
    vitestStage(root, "HTTP tests", ["--project", "http"]),
    browserStage(root),
  ];
}

/**
 * The tests that match a name, after a build if they need one.
 *
 * @throws LaunchError usage
 */
export function namedStages(root: string, name: string): Stage[] {
  const found = findTests(root, name);
  return [
    ...(found.some(({ suite }) => suite !== "unit") ? [buildStage(root)] : []),
    ...found.map(({ suite, files, title }) => {
      // Both runners take a regular expression.
      const pattern = title === undefined ? undefined : asPattern(title);
      if (suite === "browser") return browserStage(root, [...files, ...(pattern ? ["--grep", pattern] : [])]);
      const only = pattern ? ["--testNamePattern", pattern] : [];
      const label = suite === "http" ? "HTTP tests" : "Unit and database tests";
      // Tests without a server are in several projects; the files select which.
      const project = suite === "http" ? "http" : "!http";
      return vitestStage(root, label, ["--project", project, ...only, ...files]);
    }),
  ];
}
