import { randomBytes } from "node:crypto";
import { providerBaseUrls } from "../../demo/stand-in/base-urls";
import { type AppServer, startAppServer } from "../../tests/support/app-server";
import { HttpPerson } from "../../tests/support/http-person";
import { startRealPostgres } from "../../tests/support/real-postgres";
import { type StandInProcess, startStandInProcess } from "../../tests/support/stand-in-process";
import { TEST_LIMITS } from "../../tests/support/test-limits";
import { KEY, newSender, type Sender } from "./sender";

/** The built product with a database and the stand-in for its provider, each a process of its own. */
export interface BenchInstallation {
  app: AppServer;
  standIn: StandInProcess;
  databaseUrl: string | undefined;
  /** So many people, each with a key, a project and a thread. */
  senders(count: number): Promise<Sender[]>;
  stop(): Promise<void>;
}

/**
 * @param options.pace of the stand-in: milliseconds to the first token, and from token to token
 * @param options.env further settings of the server
 */
export async function startInstallation(options: {
  database: "Postgres" | "PGlite";
  pace: string;
  env?: Record<string, string>;
}): Promise<BenchInstallation> {
  const postgres = options.database === "Postgres" ? await startRealPostgres() : undefined;
  const databaseUrl = await postgres?.createDatabase();
  const standIn = await startStandInProcess(["--pace", options.pace, "--accept", KEY, "--no-bodies"]);
  const BETTER_AUTH_SECRET = randomBytes(32).toString("hex");
  const app = await startAppServer({
    BETTER_AUTH_SECRET,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...providerBaseUrls(standIn.url),
    ...TEST_LIMITS,
    LOG_LEVEL: "warn",
    ...options.env,
  });
  const newPerson = () =>
    databaseUrl === undefined
      ? HttpPerson.signUp(app.url)
      : HttpPerson.stored(app.url, { DATABASE_URL: databaseUrl, BETTER_AUTH_SECRET });
  return {
    app,
    standIn,
    databaseUrl,
    senders: (count) => Promise.all(Array.from({ length: count }, async () => newSender(await newPerson()))),
    async stop() {
      await app.stop();
      await standIn.stop();
      await postgres?.stop();
    },
  };
}
