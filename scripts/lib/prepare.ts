import { existsSync } from "node:fs";
import path from "node:path";
import { trustsAnyCertificate } from "@/lib/db/postgres-url";
import { type Environment, parseEnvironment } from "@/lib/env.server";
import { parseKeyEncryptionKeys } from "@/lib/key-stores/parse-key-encryption-keys";
import { operatorBaseUrl, operatorKey, providerVariables } from "@/lib/provider-variables";
import { checkAddress } from "./check-address";
import { checkDataDir } from "./check-data-dir";
import { checkDatabase } from "./check-database";
import { exitCodeOf, startChild } from "./children";
import { compiledProgram } from "./compile.mjs";
import type { Variables } from "./env-files";
import { LaunchError } from "./launch-error";
import { operatorProviders } from "./operator-providers";
import { say } from "./say.mjs";
import { addSecrets, missingSecrets } from "./secrets-file";

/** A valid placeholder for a secret that is generated only after every other check has passed. */
const PLACEHOLDER = "0123456789abcdef".repeat(4);

export interface Preparation {
  root: string;
  /** The npm command, for messages that say how to run it again. */
  command: string;
  /** The given settings, files included. */
  env: Variables;
  /** Where missing secrets are generated, unless `mayMakeSecrets` is false. */
  secretsFile: string;
  mayMakeSecrets: boolean;
}

export interface Prepared {
  environment: Environment;
  /** Environment of the server process. */
  env: Variables;
  /** URL of the server on this machine. */
  localUrl: string;
}

/**
 * Checks the whole installation within seconds, before anything is built or served. Secrets are generated
 * last, so that a failed start leaves nothing behind.
 *
 * @throws EnvironmentError, EncryptionConfigError, DataDirLockedError, LaunchError: all with a message for a
 *   person
 */
export async function prepare({
  root,
  command,
  env,
  secretsFile,
  mayMakeSecrets,
}: Preparation): Promise<Prepared> {
  const missing = missingSecrets(env);
  if (missing.length > 0 && !mayMakeSecrets) {
    throw new LaunchError("secrets_missing", missing.map(missingSecretSentence).join("\n"));
  }
  const providers = await operatorProviders(root);
  const environment = parseEnvironment(
    { ...env, ...Object.fromEntries(missing.map((name) => [name, PLACEHOLDER])) },
    providers,
  );
  if (!missing.includes("ENCRYPTION_KEY")) parseKeyEncryptionKeys(env);
  await checkAddress(environment.HOST, environment.PORT, command);

  const dataDir = path.resolve(root, environment.DATA_DIR);
  const shownDir = path.relative(root, dataDir).startsWith("..") ? dataDir : path.relative(root, dataDir);
  if (environment.DATABASE_URL) {
    say("Database", `Postgres at ${await checkDatabase(environment.DATABASE_URL)}`);
  } else {
    checkDataDir(dataDir);
    if (missing.includes("ENCRYPTION_KEY") && existsSync(path.join(dataDir, "pglite"))) {
      throw new LaunchError("secrets_lost", lostKeySentence(shownDir, secretsFile));
    }
    say("Database", `embedded, in ${shownDir}`);
  }

  const made = missing.length > 0 ? addSecrets(secretsFile, missing) : {};
  if (missing.length > 0) {
    say(
      "Secrets",
      `made ${missing.join(" and ")}, kept in ${path.relative(root, secretsFile)} (readable by you only)`,
    );
  } else {
    say("Secrets", "found");
  }
  sayNotes(environment, env, providers);

  const complete = {
    ...env,
    ...made,
    DATA_DIR: dataDir,
    HOST: environment.HOST,
    PORT: String(environment.PORT),
  };
  if (environment.DATABASE_URL) await migrate(root, complete);
  return { environment, env: complete, localUrl: localUrlOf(environment) };
}

function missingSecretSentence(name: string): string {
  const consequence =
    name === "ENCRYPTION_KEY"
      ? "Keep a copy of it: without it saved keys cannot be opened."
      : "Keep it the same, or everybody is signed out.";
  return `NODE_ENV is production, and ${name} is not set. Set it to 64 random hex characters (openssl rand -hex 32). ${consequence}`;
}

function lostKeySentence(dataDir: string, secretsFile: string): string {
  return (
    `${dataDir} holds a database, but the ENCRYPTION_KEY its keys were sealed with is not set. ` +
    `Put it back into ${path.basename(secretsFile)} (or the environment). If it is lost, set a new one (openssl rand -hex 32); ` +
    "people then have to enter their provider keys again."
  );
}

function sayNotes(environment: Environment, env: Variables, providers: readonly string[]): void {
  if (providers.every((id) => operatorKey(id, env) === null)) {
    say("Platform key", "none (such as ANTHROPIC_API_KEY); people bring their own keys");
  }
  if ((environment.HOST === "0.0.0.0" || environment.HOST === "::") && !env.APP_URL?.trim()) {
    say("Note", "HOST lets other machines in; set APP_URL to the address they open, or they cannot sign in");
  }
  if (environment.DATABASE_URL && trustsAnyCertificate(environment.DATABASE_URL)) {
    say("Note", "nothing checks the certificate of Postgres; sslmode=verify-full with sslrootcert does");
  }
  for (const id of providers) {
    const address = operatorBaseUrl(id, env);
    const url = address === null ? undefined : new URL(address);
    if (url?.protocol === "http:" && !["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) {
      say("Note", `${providerVariables(id).baseUrl} is not https: keys travel to ${url.host} unencrypted`);
    }
  }
}

function localUrlOf({ HOST, PORT }: Environment): string {
  return parseEnvironment({
    HOST,
    PORT: String(PORT),
    ENCRYPTION_KEY: PLACEHOLDER,
    BETTER_AUTH_SECRET: PLACEHOLDER,
  }).APP_URL;
}

async function migrate(root: string, env: Variables): Promise<void> {
  const program = await compiledProgram(root, "scripts/migrate.ts");
  const child = startChild(process.execPath, program, { cwd: root, env, stdio: "inherit" });
  if ((await exitCodeOf(child)) !== 0) {
    throw new LaunchError(
      "migration_failed",
      "The database could not be brought up to date; the reason stands above. Nothing was served.",
    );
  }
}
