import path from "node:path";
import { buildIfStale } from "../lib/build-if-stale";
import { withEnvFiles } from "../lib/env-files";
import { keepServing } from "../lib/keep-serving";
import { prepare } from "../lib/prepare";
import { runUntilEnd } from "../lib/run-until-end";
import { sayReady } from "../lib/say-ready";
import { type ServeMode, serve } from "../lib/serve";

/** `npm start`: checks the installation, brings database and build up to date, serves until stopped. */
export async function start(root: string): Promise<number> {
  return serveInstallation(root, "start");
}

/** This installation on its own settings, built or as a development server. */
export async function serveInstallation(root: string, mode: ServeMode): Promise<number> {
  const given = withEnvFiles(root, process.env);
  const { environment, env, localUrl } = await prepare({
    root,
    command: mode === "dev" ? "npm run dev" : "npm start",
    env: given,
    secretsFile: path.join(root, ".env.local"),
    mayMakeSecrets: mode === "dev" || given.NODE_ENV !== "production",
  });
  if (mode === "start") await buildIfStale(root, env);
  const startServer = () => serve({ root, mode, environment, localUrl, env });
  const server = await startServer();
  sayReady(environment.APP_URL, localUrl);
  return mode === "start" ? keepServing(server, startServer) : runUntilEnd({ server });
}
