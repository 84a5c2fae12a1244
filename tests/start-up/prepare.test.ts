import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEMO_EMAIL } from "@/domain/demo/seed-demo";
import { generateEncryptionKey, parseKeyRing } from "@/lib/encryption";
import { demoDataDir, demoEnvironment } from "../../scripts/lib/demo-environment";
import { demoAccount } from "../../scripts/lib/demo-folder";
import { readEnvFile, withEnvFiles } from "../../scripts/lib/env-files";
import { LaunchError } from "../../scripts/lib/launch-error";
import { prepare } from "../../scripts/lib/prepare";
import { addSecrets } from "../../scripts/lib/secrets-file";
import { freePort } from "../support/real-postgres";

let installation: string;
let port: string;

beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  installation = mkdtempSync(path.join(tmpdir(), "orchestral-installation-"));
  port = String(await freePort());
});

afterEach(() => rmSync(installation, { recursive: true, force: true }));

const envFile = () => path.join(installation, ".env.local");
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

function prepareInstallation(given: Record<string, string> = {}) {
  return prepare({
    root: installation,
    command: "npm start",
    env: withEnvFiles(installation, { PORT: port, ...given }),
    secretsFile: envFile(),
    mayMakeSecrets: true,
  });
}

it("settings that cannot be read are a failure, or new secrets would be made beside them", () => {
  // A folder, because a superuser may read every file.
  mkdirSync(envFile());
  expect(() => withEnvFiles(installation, {})).toThrow(
    /^The settings in .*\.env\.local cannot be read \(EISDIR\)/,
  );
});

describe("the first start", () => {
  it("makes the secrets once, in a file only its owner can read, and gives them to the server", async () => {
    const { env } = await prepareInstallation();
    expect(modeOf(envFile())).toBe("600");
    expect(readEnvFile(envFile())).toEqual({
      ENCRYPTION_KEY: env.ENCRYPTION_KEY,
      BETTER_AUTH_SECRET: env.BETTER_AUTH_SECRET,
    });
    expect(parseKeyRing(env).ids).toHaveLength(1);
    expect(env.BETTER_AUTH_SECRET?.length).toBeGreaterThanOrEqual(32);
    expect(modeOf(path.join(installation, ".data"))).toBe("700");

    const second = await prepareInstallation();
    expect(second.env.ENCRYPTION_KEY).toBe(env.ENCRYPTION_KEY);
    expect(second.env.BETTER_AUTH_SECRET).toBe(env.BETTER_AUTH_SECRET);
  });

  it("keeps what .env.local already holds, and closes it to others", async () => {
    writeFileSync(envFile(), "# mine\nANTHROPIC_API_KEY=sk-ant-mine", { mode: 0o644 });
    const { env } = await prepareInstallation();
    expect(env.ANTHROPIC_API_KEY).toBe("sk-ant-mine");
    expect(readFileSync(envFile(), "utf8")).toMatch(/^# mine\nANTHROPIC_API_KEY=sk-ant-mine\n\n# Made by/);
    expect(modeOf(envFile())).toBe("600");
  });

  it("makes only what is missing, and never over a key ring", async () => {
    const ring = `k1:${generateEncryptionKey()}`;
    const { env } = await prepareInstallation({ ENCRYPTION_KEYS: ring });
    expect(env.ENCRYPTION_KEY).toBeUndefined();
    expect(Object.keys(readEnvFile(envFile()))).toEqual(["BETTER_AUTH_SECRET"]);
  });

  it("never makes a new key for a database whose own key was lost", async () => {
    mkdirSync(path.join(installation, ".data", "pglite"), { recursive: true });
    const refused = await prepareInstallation().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LaunchError);
    expect(String(refused)).toContain("but the ENCRYPTION_KEY its keys were sealed with is not set");
    expect(existsSync(envFile())).toBe(false);
  });
});

describe("settings", () => {
  it("in .env.local win over .env, and what the process was given wins over both, also when empty", () => {
    writeFileSync(path.join(installation, ".env"), "A=file\nB=file\nC=file\n");
    writeFileSync(envFile(), 'B="local"\nC=local\n');
    expect(withEnvFiles(installation, { C: "" })).toEqual({ A: "file", B: "local", C: "" });
  });
});

describe("a demo", () => {
  it("never meets the real database, keys or secrets that .env.local and the shell hold", () => {
    writeFileSync(
      envFile(),
      "DATABASE_URL=postgres://REAL/data\nOPENAI_API_KEY=REAL-1\nHTTP_PROXY=proxy\nLOG_LEVEL=silent\n",
    );
    const env = demoEnvironment(
      installation,
      { ANTHROPIC_API_KEY: "REAL-2", ENCRYPTION_KEY: "REAL-3", GITHUB_CLIENT_SECRET: "REAL-4", PATH: "/bin" },
      "password",
    );
    expect(JSON.stringify(env)).not.toMatch(/REAL/);
    expect(env).toMatchObject({
      // Empty, not absent: Next would fill an absent one from the file.
      DATABASE_URL: "",
      OPENAI_API_KEY: "",
      PATH: "/bin",
      LOG_LEVEL: "info",
      ORCHESTRAL_DEMO: "1",
      DATA_DIR: path.join(installation, ".data", "demo"),
    });
    expect(env.ANTHROPIC_API_KEY).toContain("DEMO-not-a-real-key");
  });

  it("shares its build with npm start, unless messages would go elsewhere", () => {
    expect(Object.keys(demoEnvironment(installation, {}, "password"))).not.toContain(
      "NEXT_PUBLIC_MASTRA_API_URL",
    );
    writeFileSync(envFile(), "NEXT_PUBLIC_MASTRA_API_URL=https://agents.example/codegen");
    expect(demoEnvironment(installation, {}, "password").NEXT_PUBLIC_MASTRA_API_URL).toBe(
      "/api/mastra/codegen",
    );
  });

  it("takes the database and the port that the command names", () => {
    const given = { DATABASE_URL: "postgres://demo/data", PORT: "3100" };
    expect(demoEnvironment(installation, given, "password")).toMatchObject(given);
  });

  it("keeps its secrets and its account in its own folder, readable by its owner only", async () => {
    const { dataDir, secretsFile } = demoDataDir(installation, {});
    const account = demoAccount(dataDir);
    const { env } = await prepare({
      root: installation,
      command: "npm run demo",
      env: demoEnvironment(installation, { PORT: port, NODE_ENV: "production" }, account.password),
      secretsFile,
      mayMakeSecrets: true,
    });
    expect(existsSync(envFile())).toBe(false);
    expect(modeOf(secretsFile)).toBe("600");
    expect(modeOf(path.join(dataDir, "demo-account.json"))).toBe("600");
    expect(env.ORCHESTRAL_DEMO_PASSWORD).toBe(account.password);
    expect(account).toEqual({
      email: DEMO_EMAIL,
      password: expect.stringMatching(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}$/),
    });
    expect(demoAccount(dataDir)).toEqual(account);
  });

  it("refuses the data folder of a real installation", () => {
    mkdirSync(path.join(installation, ".data", "pglite"), { recursive: true });
    expect(() => demoAccount(path.join(installation, ".data"))).toThrow(/something other than a demo/);
  });
});

describe("a secrets file", () => {
  it("behind a symbolic link is replaced at the link's target, and keeps its contents", () => {
    const real = path.join(installation, "real.env");
    addSecrets(real, ["BETTER_AUTH_SECRET"]);
    const first = readEnvFile(real);
    symlinkSync(real, envFile());
    addSecrets(envFile(), ["ENCRYPTION_KEY"]);
    expect(lstatSync(envFile()).isSymbolicLink()).toBe(true);
    expect(readEnvFile(real)).toMatchObject(first);
    expect(Object.keys(readEnvFile(real))).toEqual(["BETTER_AUTH_SECRET", "ENCRYPTION_KEY"]);
    expect(modeOf(real)).toBe("600");
  });
});
