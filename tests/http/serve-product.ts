import type { TestProject } from "vitest/node";
import { PLATFORM_DEMO_KEY } from "../provider-stand-in/demo-keys";
import { startAppServer } from "../support/app-server";
import { startRealPostgres } from "../support/real-postgres";
import { startStandInProcess } from "../support/stand-in-process";

declare module "vitest" {
  interface ProvidedContext {
    appUrl: string;
    standInUrl: string;
    databaseUrl: string;
  }
}

/** Once for all HTTP tests: a real Postgres, the stand-in upstream, the production build in front. */
export default async function serveProduct(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, standIn] = await Promise.all([startRealPostgres(), startStandInProcess(["--pace", "20,2"])]);
  const databaseUrl = await postgres.createDatabase();
  const app = await startAppServer({
    DATABASE_URL: databaseUrl,
    ANTHROPIC_BASE_URL: standIn.url,
    ANTHROPIC_API_KEY: PLATFORM_DEMO_KEY,
    PROVIDER_TIMEOUT_SECONDS: "2",
  });
  project.provide("appUrl", app.url);
  project.provide("standInUrl", standIn.url);
  project.provide("databaseUrl", databaseUrl);
  return async () => {
    await app.stop();
    await Promise.all([standIn.stop(), postgres.stop()]);
  };
}
