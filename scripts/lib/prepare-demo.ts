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
  /** Variables for the server to find it. */
  env: Variables;
  processes: Record<string, ChildProcess>;
}

export interface PreparedDemo extends Prepared {
  account: DemoAccount;
  startProvider: () => Promise<Provider>;
}

/**
 * Like `prepare`, for a demo: with its own folder, secrets and account, and a stand-in for the providers.
 *
 * Uses a running stand-in if ORCHESTRAL_STAND_IN_URL names one (tests read its journal).
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

/** The stand-in also serves as a custom endpoint, for which this machine's address must be allowed. */
function environmentFor(standInUrl: string): Variables {
  return { ...providerBaseUrls(standInUrl), ALLOWED_PRIVATE_ENDPOINTS: new URL(standInUrl).hostname };
}
