import { randomBytes } from "node:crypto";
import { providerBaseUrls } from "../../../demo/stand-in/base-urls";
import { PLATFORM_DEMO_KEY } from "../../../demo/stand-in/demo-keys";
import { startAppServer } from "../../support/app-server";
import { startRealPostgres } from "../../support/real-postgres";
import { startStandInProcess } from "../../support/stand-in-process";
import type { Installation } from "../../support/stored-session";

/**
 * Starts what the browser tests talk to; the addresses reach the workers through the environment. On
 * Postgres, so that people can be stored past the sign-up (stored-session.ts).
 */
export default async function serve(): Promise<() => Promise<void>> {
  const [postgres, standIn] = await Promise.all([
    startRealPostgres(),
    startStandInProcess(["--pace", "60,4"]),
  ]);
  const installation: Installation = {
    DATABASE_URL: await postgres.createDatabase(),
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
  };
  const app = await startAppServer({
    ...providerBaseUrls(standIn.url),
    ...installation,
    ANTHROPIC_API_KEY: PLATFORM_DEMO_KEY,
    PROVIDER_TIMEOUT_SECONDS: "12",
    // The stand-in is also a custom endpoint; every other address of this network stays refused.
    ALLOWED_PRIVATE_ENDPOINTS: "127.0.0.1",
    LOG_LEVEL: "warn",
  });
  process.env["E2E_APP_URL"] = app.url;
  process.env["E2E_STAND_IN_URL"] = standIn.url;
  process.env["E2E_INSTALLATION"] = JSON.stringify(installation);
  return async () => {
    await app.stop();
    await Promise.all([standIn.stop(), postgres.stop()]);
  };
}
