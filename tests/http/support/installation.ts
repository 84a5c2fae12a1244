import { randomBytes } from "node:crypto";
import { Client, type QueryResultRow } from "pg";
import { inject } from "vitest";
import type { VaultStatus } from "@/contracts/vault";
import { providerBaseUrls } from "../../../demo/stand-in/base-urls";
import { PLATFORM_DEMO_KEY } from "../../../demo/stand-in/demo-keys";
import { HttpPerson } from "../../support/http-person";

/** Long enough for a busy machine; a wait ends as soon as the condition is met. */
export const SOON = { timeout: 60_000, interval: 50 };

/**
 * The settings of an installation of a test file's own: its servers and its command line are started with the
 * same.
 */
export type Settings = Record<string, string>;

export function newInstallation(place: { DATABASE_URL: string } | { DATA_DIR: string }): Settings {
  return {
    ...place,
    ENCRYPTION_KEYS: `k1:${newEncryptionKey()}`,
    BETTER_AUTH_SECRET: newEncryptionKey(),
    ...providerBaseUrls(inject("standInUrl")),
    ANTHROPIC_API_KEY: PLATFORM_DEMO_KEY,
    PROVIDER_TIMEOUT_SECONDS: "30",
  };
}

/** 256 random bits in hex. */
export function newEncryptionKey(): string {
  return randomBytes(32).toString("hex");
}

/** Runs one statement in an installation's database, bypassing all checks of the product. */
export async function sqlIn<Row extends QueryResultRow>(
  databaseUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/**
 * A new person in an installation. With the embedded database, which only the server can open, they sign up.
 */
export function personOf(settings: Settings, url: string, name?: string): Promise<HttpPerson> {
  const { DATABASE_URL, BETTER_AUTH_SECRET = "" } = settings;
  if (DATABASE_URL === undefined) return HttpPerson.signUp(url, name);
  return HttpPerson.stored(url, { DATABASE_URL, BETTER_AUTH_SECRET }, name);
}

export async function statusOf(operator: HttpPerson): Promise<VaultStatus> {
  const answer = await operator.call("GET", "/api/v1/operator/vault");
  if (answer.status !== 200) throw new Error(`the status answered ${answer.status}: ${answer.text}`);
  return answer.body;
}
