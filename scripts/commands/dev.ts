import path from "node:path";
import { withEnvFiles } from "../lib/env-files";
import { prepare } from "../lib/prepare";
import { prepareDemo } from "../lib/prepare-demo";
import { runUntilEnd } from "../lib/run-until-end";
import { sayDemoGuide, sayFailingKeys } from "../lib/say-demo-guide";
import { sayReady } from "../lib/say-ready";
import { serve } from "../lib/serve";

/** `npm run dev`: the development server on the real settings, or with `--demo` on the demo's. */
export async function dev(root: string, args: readonly string[]): Promise<number> {
  return args.includes("--demo") ? devDemo(root) : devReal(root);
}

async function devReal(root: string): Promise<number> {
  const { environment, env, localUrl } = await prepare({
    root,
    command: "npm run dev",
    env: withEnvFiles(root, process.env),
    secretsFile: path.join(root, ".env.local"),
    mayMakeSecrets: true,
  });
  const server = await serve({
    root,
    mode: "dev",
    host: environment.HOST,
    port: environment.PORT,
    localUrl,
    env: { ...env, NODE_ENV: "development" },
  });
  sayReady(environment.APP_URL, localUrl);
  return runUntilEnd({ server });
}

async function devDemo(root: string): Promise<number> {
  const { account, environment, env, localUrl, startProvider } = await prepareDemo(
    root,
    "npm run dev -- --demo",
  );
  const provider = await startProvider();
  const server = await serve({
    root,
    mode: "dev",
    host: environment.HOST,
    port: environment.PORT,
    localUrl,
    env: { ...env, ...provider.env, NODE_ENV: "development" },
  });
  sayFailingKeys();
  sayReady(environment.APP_URL, localUrl);
  sayDemoGuide(account, provider.url);
  return runUntilEnd({ server, ...provider.processes });
}
