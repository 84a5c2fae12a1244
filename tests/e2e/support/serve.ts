import { providerBaseUrls } from "../../../demo/stand-in/base-urls";
import { PLATFORM_DEMO_KEY } from "../../../demo/stand-in/demo-keys";
import { startAppServer } from "../../support/app-server";
import { startStandInProcess } from "../../support/stand-in-process";

/** Starts what the browser tests talk to; the addresses reach the workers through the environment. */
export default async function serve(): Promise<() => Promise<void>> {
  const standIn = await startStandInProcess(["--pace", "60,4"]);
  const app = await startAppServer({
    ...providerBaseUrls(standIn.url),
    ANTHROPIC_API_KEY: PLATFORM_DEMO_KEY,
    PROVIDER_TIMEOUT_SECONDS: "12",
    // The stand-in is also an endpoint of one's own; every other address of this network stays refused.
    ALLOWED_PRIVATE_ENDPOINTS: "127.0.0.1",
    LOG_LEVEL: "warn",
  });
  process.env["E2E_APP_URL"] = app.url;
  process.env["E2E_STAND_IN_URL"] = standIn.url;
  return async () => {
    await app.stop();
    await standIn.stop();
  };
}
