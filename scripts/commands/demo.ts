import { buildIfStale } from "../lib/build-if-stale";
import { prepareDemo } from "../lib/prepare-demo";
import { runUntilEnd } from "../lib/run-until-end";
import { sayDemoGuide, sayFailingKeys } from "../lib/say-demo-guide";
import { sayReady } from "../lib/say-ready";
import { serve } from "../lib/serve";

/** `npm run demo`: the product with everything it needs on this machine: no account, no key, no provider. */
export async function demo(root: string): Promise<number> {
  const { account, environment, env, localUrl, startProvider } = await prepareDemo(root, "npm run demo");
  await buildIfStale(root, env);
  const provider = await startProvider();
  const server = await serve({
    root,
    mode: "start",
    host: environment.HOST,
    port: environment.PORT,
    localUrl,
    env: { ...env, ...provider.env, NODE_ENV: "production" },
  });
  sayFailingKeys();
  sayReady(environment.APP_URL, localUrl);
  sayDemoGuide(account, provider.url);
  return runUntilEnd({ server, ...provider.processes });
}
