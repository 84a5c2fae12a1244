import { buildIfStale } from "../lib/build-if-stale";
import { prepareDemo } from "../lib/prepare-demo";
import { runUntilEnd } from "../lib/run-until-end";
import { sayDemoGuide, sayFailingKeys } from "../lib/say-demo-guide";
import { sayReady } from "../lib/say-ready";
import { type ServeMode, serve } from "../lib/serve";

/** `npm run demo`: the product with everything it needs on this machine: no account, no key, no provider. */
export async function demo(root: string): Promise<number> {
  return serveDemo(root, "start");
}

/** The demo, built or as a development server. */
export async function serveDemo(root: string, mode: ServeMode): Promise<number> {
  const command = mode === "dev" ? "npm run dev -- --demo" : "npm run demo";
  const { account, environment, env, localUrl, startProvider } = await prepareDemo(root, command);
  if (mode === "start") await buildIfStale(root, env);
  const provider = await startProvider();
  const server = await serve({ root, mode, environment, localUrl, env: { ...env, ...provider.env } });
  sayFailingKeys();
  sayReady(environment.APP_URL, localUrl);
  sayDemoGuide(account, provider.url);
  return runUntilEnd({ server, ...provider.processes });
}
