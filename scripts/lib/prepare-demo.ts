import type { ChildProcess } from "node:child_process";
import { providerBaseUrls } from "../../demo/stand-in/base-urls";
import { checkDataDir } from "./check-data-dir";
import { demoDataDir, demoEnvironment } from "./demo-environment";
import { type DemoAccount, demoAccount } from "./demo-folder";
import type { Variables } from "./env-files";
import { type Prepared, prepare } from "./prepare";
import { startStandIn } from "./stand-in";

interface Provider {
  /** Address of the stand-in. */
  url: string;
  /** What the server needs to find it. */
  env: Variables;
  processes: Record<string, ChildProcess>;
}

export interface PreparedDemo extends Prepared {
  account: DemoAccount;
  startProvider: () => Promise<Provider>;
}

/**
 * As `prepare`, for a demo: its own folder, its own secrets and account in it, and a stand-in for the providers.
 *
 * A stand-in that runs already is used when ORCHESTRAL_STAND_IN_URL names it (tests look into its journal).
 */
export async function prepareDemo(root: string, command: string): Promise<PreparedDemo> {
  const given: Variables = process.env;
  const { dataDir, secretsFile } = demoDataDir(root, given);
  checkDataDir(dataDir);
  const account = demoAccount(dataDir);
  const prepared = await prepare({
    root,
    command,
    env: demoEnvironment(root, given, account.password),
    secretsFile,
    mayMakeSecrets: true,
  });
  return {
    ...prepared,
    account,
    startProvider: async (): Promise<Provider> => {
      const running = given.ORCHESTRAL_STAND_IN_URL;
      if (running) return { url: running, env: environmentFor(running), processes: {} };
      const { child, url } = await startStandIn(root, prepared.env);
      return { url, env: environmentFor(url), processes: { "provider stand-in": child } };
    },
  };
}

/** The stand-in takes part as an endpoint of one's own too, for which this machine's address has to be opened. */
function environmentFor(standInUrl: string): Variables {
  return { ...providerBaseUrls(standInUrl), ALLOWED_PRIVATE_ENDPOINTS: new URL(standInUrl).hostname };
}
