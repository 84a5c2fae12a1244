import type { TestProject } from "vitest/node";
import { startAppServer } from "../support/app-server";
import { prepareProduct } from "../support/prepare-product";

/** Once for all HTTP tests: a real Postgres, the stand-in upstream, the production build in front. */
export default async function serveProduct(project: TestProject): Promise<() => Promise<void>> {
  const { environment, stop } = await prepareProduct(project);
  // Whoever hangs up stops the answer at once (streaming.test.ts). What goes on without a viewer has servers
  // of its own (runs.test.ts).
  const app = await startAppServer({ ...environment, RUN_GRACE_SECONDS: "0" });
  project.provide("appUrl", app.url);
  return async () => {
    await app.stop();
    await stop();
  };
}
