import path from "node:path";
import { isProductVariable } from "@/lib/env.server";
import { PLATFORM_DEMO_KEY } from "../../demo/stand-in/demo-keys";
import { readEnvFile, readEnvFiles, type Variables } from "./env-files";

/**
 * Settings a person may choose for a demo. All others are fixed, so that it never meets real data or real
 * keys.
 */
const HONOURED = ["HOST", "PORT", "APP_URL", "DATA_DIR", "DATABASE_URL", "LOG_LEVEL"];

/** Where the browser sends messages. The demo overrides it, so that its messages stay in the demo. */
const AGENT_URL = "NEXT_PUBLIC_MASTRA_API_URL";

/** Folder of the demo, and the file in it with the demo's secrets. */
export function demoDataDir(root: string, given: Variables): { dataDir: string; secretsFile: string } {
  const dataDir = path.resolve(root, given.DATA_DIR?.trim() || path.join(".data", "demo"));
  return { dataDir, secretsFile: path.join(dataDir, "secrets.env") };
}

/**
 * The settings of a demo: the honoured ones of the command's environment, and the demo's own.
 *
 * @param given the environment of the command
 */
export function demoEnvironment(root: string, given: Variables, password: string): Variables {
  const { dataDir, secretsFile } = demoDataDir(root, given);
  const env = { ...given };
  for (const name of Object.keys(env)) {
    if ((isProductVariable(name) || name === AGENT_URL) && !HONOURED.includes(name)) delete env[name];
  }
  // Next reads the .env files automatically and fills in missing variables. An empty one is not missing, but
  // counts as not set.
  for (const name of Object.keys(readEnvFiles(root))) env[name] ??= "";
  return {
    ...env,
    ...readEnvFile(secretsFile),
    // Only if a file sets it: it is baked into the build, which `npm start` uses as well.
    ...(AGENT_URL in env ? { [AGENT_URL]: "/api/mastra/codegen" } : {}),
    DATA_DIR: dataDir,
    LOG_LEVEL: env.LOG_LEVEL || "info",
    ANTHROPIC_API_KEY: PLATFORM_DEMO_KEY,
    // Nobody pays for what the stand-in answers, and whoever tries it out sends one message after the other.
    PLATFORM_MESSAGES_PER_MINUTE: "1000",
    RUNS_PER_PERSON: "50",
    ORCHESTRAL_DEMO: "1",
    ORCHESTRAL_DEMO_PASSWORD: password,
  };
}
