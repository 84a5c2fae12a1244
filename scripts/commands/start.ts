import path from "node:path";
import { buildIfStale } from "../lib/build-if-stale";
import { withEnvFiles } from "../lib/env-files";
import { prepare } from "../lib/prepare";
import { runUntilEnd } from "../lib/run-until-end";
import { sayReady } from "../lib/say-ready";
import { serve } from "../lib/serve";

/** `npm start`: checks the installation, brings database and build up to date, serves until it is ended. */
export async function start(root: string): Promise<number> {
  const given = withEnvFiles(root, process.env);
  const { environment, env, localUrl } = await prepare({
    root,
    command: "npm start",
    env: given,
    secretsFile: path.join(root, ".env.local"),
    mayMakeSecrets: given.NODE_ENV !== "production",
  });
  await buildIfStale(root, env);
  const server = await serve({
    root,
    mode: "start",
    host: environment.HOST,
    port: environment.PORT,
    localUrl,
    env: { ...env, NODE_ENV: "production" },
  });
  sayReady(environment.APP_URL, localUrl);
  return runUntilEnd({ server });
}
