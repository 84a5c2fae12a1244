import { Pool } from "pg";
import { type AppServer, startAppServer } from "../../support/app-server";
import type { HttpPerson } from "../../support/http-person";
import { startRealPostgres } from "../../support/real-postgres";
import { personWithSealedValues, ringEntry } from "../../support/vault-people";
import { test as base } from "./fixtures";

export interface VaultServer {
  url: string;
  /** Made the first account. */
  operator: HttpPerson;
  /** Three others, each with a saved key and a project's secret, as the operator has too. */
  people: HttpPerson[];
  /** Asks the database directly, past everything the product would allow. */
  sql: <Row extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** Serves the same data again with a new key-encryption key in front of the one there is. */
  restartWithNewKey: () => Promise<void>;
}

/** A product of its own for these tests: what an operator does here concerns everybody's values. */
export const test = base.extend<object, { vault: VaultServer }>({
  vault: [
    async ({}, use) => {
      const postgres = await startRealPostgres();
      const pool = new Pool({ connectionString: await postgres.createDatabase(), max: 2 });
      const firstKey = ringEntry("k1");
      const environment = {
        DATABASE_URL: pool.options.connectionString ?? "",
        BETTER_AUTH_SECRET: "only for tests: 0123456789abcdef",
        // The stand-in, as a custom endpoint: without a platform key nothing else answers here.
        ALLOWED_PRIVATE_ENDPOINTS: "127.0.0.1",
        LOG_LEVEL: "warn",
      };
      let server: AppServer = await startAppServer({ ...environment, ENCRYPTION_KEYS: firstKey });
      const { url } = server;
      const operator = await personWithSealedValues(url, "Olive Operator");
      const people: HttpPerson[] = [];
      for (const name of ["Ada", "Grace", "Edsger"]) people.push(await personWithSealedValues(url, name));
      await use({
        url,
        operator,
        people,
        sql: async <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
          (await pool.query<Row>(text, values)).rows,
        restartWithNewKey: async () => {
          await server.stop();
          const ring = `${ringEntry("k2")},${firstKey}`;
          server = await startAppServer(
            { ...environment, ENCRYPTION_KEYS: ring },
            { port: Number(new URL(url).port) },
          );
        },
      });
      await server.stop();
      await pool.end();
      await postgres.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  origin: [async ({ vault }, use) => use(vault.url), { scope: "worker" }],
});
