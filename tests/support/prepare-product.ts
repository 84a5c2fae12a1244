import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { providerBaseUrls } from "../../demo/stand-in/base-urls";
import { PLATFORM_DEMO_KEY } from "../../demo/stand-in/demo-keys";
import { OPERATORS } from "../http/support/operators";
import { startRealPostgres } from "./real-postgres";
import { startStandInProcess } from "./stand-in-process";
import type { Installation } from "./stored-session";
import { TEST_LIMITS } from "./test-limits";

declare module "vitest" {
  interface ProvidedContext {
    appUrl: string;
    standInUrl: string;
    databaseUrl: string;
    /** The environment the product was started with: another server with the same one shares its data. */
    productEnvironment: ProductEnvironment;
    /** Id and 64 hex digits of the one key in the product's ring. */
    encryptionKey: { id: string; hex: string };
  }
}

/** With what it takes to sign people in past the sign-up. */
export type ProductEnvironment = Record<string, string> & Installation;

/**
 * The environment the product needs: a real Postgres, the stand-in upstream, an environment that names both.
 */
export async function prepareProduct(
  project: TestProject,
): Promise<{ environment: ProductEnvironment; stop: () => Promise<void> }> {
  const [postgres, standIn] = await Promise.all([
    startRealPostgres(),
    startStandInProcess(["--pace", "20,2"]),
  ]);
  const databaseUrl = await postgres.createDatabase();
  const encryptionKey = { id: "k1", hex: randomBytes(32).toString("hex") };
  const environment = {
    DATABASE_URL: databaseUrl,
    ...providerBaseUrls(standIn.url),
    ANTHROPIC_API_KEY: PLATFORM_DEMO_KEY,
    // No test of this server waits for it; a busy machine must not reach it either.
    PROVIDER_TIMEOUT_SECONDS: "30",
    ENCRYPTION_KEYS: `${encryptionKey.id}:${encryptionKey.hex}`,
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
    ...TEST_LIMITS,
    OPERATOR_EMAILS: Object.values(OPERATORS).join(),
  };
  project.provide("standInUrl", standIn.url);
  project.provide("databaseUrl", databaseUrl);
  project.provide("productEnvironment", environment);
  project.provide("encryptionKey", encryptionKey);
  return {
    environment,
    stop: async () => {
      await Promise.all([standIn.stop(), postgres.stop()]);
    },
  };
}
