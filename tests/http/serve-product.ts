import type { TestProject } from "vitest/node";
import { startAppServer } from "../support/app-server";
import { prepareProduct } from "../support/prepare-product";

/** Once for all HTTP tests: a real Postgres, the stand-in upstream, the production build in front. */
export default async function serveProduct(project: TestProject): Promise<() => Promise<void>> {
  const { environment, stop } = await prepareProduct(project);
  const app = await startAppServer(environment);
  project.provide("appUrl", app.url);
  return async () => {
    await app.stop();
    await stop();
  };
}
