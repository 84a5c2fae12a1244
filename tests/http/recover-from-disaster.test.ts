import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import {
  type KeyHolder,
  keysArrivedFor,
  sayWithOwnKey,
  someoneWithAKey,
  wrongTurns,
} from "./support/chatting-people";
import { emptyDatabase } from "./support/database";
import {
  newEncryptionKey,
  newInstallation,
  type Settings,
  SOON,
  sqlIn,
  statusOf,
} from "./support/installation";
import { refusal, type VaultCommandEnd, vaultCommand, vaultInProcess } from "./support/vault-command";

const projectRoot = path.resolve(import.meta.dirname, "../..");
const place = mkdtempSync(path.join(tmpdir(), "orchestral-disaster-"));
const [first, second] = [newEncryptionKey(), newEncryptionKey()];

/** The product as it was released, on a machine that has nothing else: no settings, no keys, no data. */
const newMachine = path.join(place, "new-machine");
/** Backups by name, each a folder of five shares. */
const backups = { monday: "monday", tuesday: "tuesday", elsewhere: "elsewhere" };

let settings: Settings;
let people: KeyHolder[];
/** Databases restored from the snapshot, one per restore. */
let restored: { withTheKeys: string; withOtherKeys: string };
let elsewhere: Settings;

/** A copy of a database without connections. @returns its connection string */
async function copyOf(databaseUrl: string): Promise<string> {
  const copy = new URL(await emptyDatabase());
  const [to, from] = [copy, new URL(databaseUrl)].map(({ pathname }) => pathname.slice(1));
  await sqlIn(inject("databaseUrl"), `drop database ${to}`);
  await sqlIn(inject("databaseUrl"), `create database ${to} template ${from}`);
  return copy.href;
}

async function backUp(name: string, given: Settings): Promise<void> {
  const { code, stdout } = await vaultCommand(["backup", "--out", path.join(place, name)], given);
  expect([code, stdout]).toEqual([0, expect.stringContaining("any 3 of 5 restore these keys")]);
}

const share = (backup: string, number: number) =>
  path.join(place, backup, `orchestral-key-share-${number}-of-5.txt`);
const named = (backup: string, ...numbers: number[]) =>
  numbers.flatMap((number) => ["--share", share(backup, number)]);

/** On the new machine, which has no variables set either. */
const recover = (args: readonly string[]): Promise<VaultCommandEnd> =>
  vaultCommand(["recover", ...args], {}, newMachine);

/** The people of the first machine, signed in at a server that has their accounts. */
async function signedIn(server: AppServer): Promise<KeyHolder[]> {
  return Promise.all(
    people.map(async (someone) => {
      const person = someone.person.at(server.url);
      const { status } = await person.signIn();
      if (status !== 200) throw new Error(`signing in answered ${status}`);
      await person.refreshToken();
      return { ...someone, person };
    }),
  );
}

beforeAll(async () => {
  for (const name of [
    "demo",
    "scripts",
    "src",
    "migrations",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ]) {
    cpSync(path.join(projectRoot, name), path.join(newMachine, name), { recursive: true });
  }
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(newMachine, "node_modules"));

  settings = { ...newInstallation({ DATABASE_URL: await emptyDatabase() }), ENCRYPTION_KEYS: `k1:${first}` };
  const server = await startAppServer(settings);
  people = [await someoneWithAKey(server.url, settings), await someoneWithAKey(server.url, settings)];
  for (const { person, projectId } of people) {
    await person.call("POST", `/api/v1/projects/${projectId}/secrets`, { name: "TOKEN", value: "hunter2" });
  }
  await server.stop();

  elsewhere = { ...settings, ENCRYPTION_KEYS: `k1:${newEncryptionKey()}` };
  await Promise.all([
    backUp(backups.monday, settings),
    backUp(backups.tuesday, settings),
    backUp(backups.elsewhere, elsewhere),
  ]);
  restored = {
    withTheKeys: await copyOf(settings["DATABASE_URL"] ?? ""),
    withOtherKeys: await copyOf(settings["DATABASE_URL"] ?? ""),
  };
}, 300_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("the first machine", () => {
  test("after the snapshot, the key-encryption key and the data keys are rotated", async () => {
    const server = await startAppServer({ ...settings, ENCRYPTION_KEYS: `k2:${second},k1:${first}` });
    const [operator] = await signedIn(server);
    if (!operator) throw new Error("there are people");
    for (const kind of ["key_encryption_key", "data_keys"]) {
      await operator.person.call("POST", "/api/v1/operator/vault/rotations", { kind });
      const latest = async () => (await statusOf(operator.person)).history[0];
      await expect.poll(latest, SOON).toMatchObject({ kind, state: "completed", unreadable: 0 });
    }
    await server.stop();
  });

  test("goes on without the key that is in the backup, and then everything of it is gone", async () => {
    settings = { ...settings, ENCRYPTION_KEYS: `k2:${second}` };
    const server = await startAppServer(settings);
    const turns = (await signedIn(server)).map((someone) => sayWithOwnKey(someone));
    expect(await wrongTurns(await Promise.all(turns))).toEqual([]);
    await server.stop();
    const { pathname } = new URL(settings["DATABASE_URL"] ?? "");
    await sqlIn(inject("databaseUrl"), `drop database ${pathname.slice(1)}`);
  });
});

describe("shares that do not restore the keys are refused, and nothing is written", () => {
  let damaged = "";
  beforeAll(() => {
    damaged = path.join(place, "damaged.txt");
    const lines = readFileSync(share(backups.monday, 2), "utf8").split("\n");
    const second = lines.findIndex((line) => line.includes("BEGIN ORCHESTRAL KEY SHARE")) + 2;
    const text = lines[second] ?? "";
    // Its eighth character, mistyped; capital letters would mean the same.
    lines[second] = text.slice(0, 7) + (text[7]?.toLowerCase() === "a" ? "b" : "a") + text.slice(8);
    writeFileSync(damaged, lines.join("\n"));
  });

  test.each<[string, () => string[], RegExp]>([
    ["two of three", () => named(backups.monday, 1, 4), /3 shares of set .* are needed, and 2 are here/],
    [
      "two of one backup and one of another of the same keys",
      () => [...named(backups.monday, 1, 2), ...named(backups.tuesday, 3)],
      /belong to 2 different sets/,
    ],
    [
      "two of one backup and one of another installation",
      () => [...named(backups.monday, 1, 2), ...named(backups.elsewhere, 3)],
      /belong to 2 different sets/,
    ],
    [
      "one that is damaged",
      () => [...named(backups.monday, 1, 3), "--share", damaged],
      /share 2\) is damaged/,
    ],
    ["the same one three times", () => named(backups.monday, 1, 1, 1), /Share 1 is there more than once/],
  ])("%s", async (_name, args, reason) => {
    const before = readdirSync(newMachine);
    const said = refusal(await vaultInProcess(["recover", ...args()], {}, newMachine));
    expect(said).toMatch(reason);
    expect(said).not.toContain(first.slice(0, 8));
    expect(readdirSync(newMachine)).toEqual(before);
    expect(existsSync(path.join(newMachine, ".env.local"))).toBe(false);
  });

  test("the command's process says so too, in its exit code", async () => {
    const said = refusal(await recover(named(backups.monday, 1, 4)));
    expect(said).toMatch(/3 shares of set .* are needed, and 2 are here/);
    expect(existsSync(path.join(newMachine, ".env.local"))).toBe(false);
  });
});

describe("a snapshot and the shares of its time", () => {
  let server: AppServer;
  afterAll(() => server?.stop());

  test("are an installation again: everybody's key goes out as it was pasted", async () => {
    const { code, stdout } = await recover(named(backups.monday, 5, 1, 3));
    expect([code, stdout]).toEqual([0, expect.stringContaining("written to .env.local")]);
    expect(stdout).not.toContain(first.slice(0, 8));
    const recovered = parseEnv(readFileSync(path.join(newMachine, ".env.local"), "utf8"));
    expect(recovered).toEqual({ ENCRYPTION_KEYS: `k1:${first}` });

    server = await startAppServer({
      ...settings,
      ...recovered,
      DATABASE_URL: restored.withTheKeys,
    });
    const backAgain = await signedIn(server);
    expect(await wrongTurns(await Promise.all(backAgain.map((someone) => sayWithOwnKey(someone))))).toEqual(
      [],
    );
  });

  test("verify as a whole: values, secrets and the audit trail", async () => {
    const given = { ...settings, ENCRYPTION_KEYS: `k1:${first}`, DATABASE_URL: restored.withTheKeys };
    const verify = await vaultCommand(["verify"], given);
    expect(verify).toMatchObject({ code: 0, stdout: expect.stringContaining("completed, ") });
    const audit = await vaultCommand(["verify-audit"], given);
    expect(audit).toMatchObject({ code: 0, stdout: expect.stringContaining("Sound") });
  });
});

describe("a snapshot and the shares of another installation", () => {
  let server: AppServer;
  let [someone]: KeyHolder[] = [];
  beforeAll(async () => {
    const { code, stdout } = await recover([...named(backups.elsewhere, 1, 2, 3), "--stdout"]);
    if (code !== 0 || stdout.split("\n").at(-2) !== `ENCRYPTION_KEYS=${elsewhere["ENCRYPTION_KEYS"]}`) {
      throw new Error("the keys of the other installation were not restored");
    }
    server = await startAppServer({
      ...elsewhere,
      DATABASE_URL: restored.withOtherKeys,
    });
    [someone] = await signedIn(server);
  });
  afterAll(() => server?.stop());

  test("are found out by the doctor, who says what to do", async () => {
    const given = { ...elsewhere, DATABASE_URL: restored.withOtherKeys };
    const { code, stdout, stderr } = await vaultCommand(["doctor"], given);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(
      /"k1" set here is not the one this database was used with: .*Put the right one back\./,
    );
  });

  test("need re-entry of every key, and nothing is sent with another payer's key", async () => {
    if (!someone) throw new Error("there are people");
    const turn = await sayWithOwnKey(someone);
    expect(turn.answer.error).toMatchObject({ code: "personal_key_unreadable" });
    expect(await keysArrivedFor([turn])).toEqual([[]]);
    const { body } = await someone.person.call("GET", "/api/v1/user/ai-keys");
    expect(body.keys).toMatchObject([{ status: "needs_reentry" }]);
  });

  test("take a key that is pasted again", async () => {
    if (!someone) throw new Error("there are people");
    await someone.person.saveKey(someone.key);
    expect(await wrongTurns([await sayWithOwnKey(someone)])).toEqual([]);
  });
});
