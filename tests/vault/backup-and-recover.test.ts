import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import { afterEach, assert, beforeEach, describe, expect, test, vi } from "vitest";
import { EncryptionConfigError, generateEncryptionKey } from "@/lib/encryption";
import { KeyBackupError } from "@/lib/key-backup/errors";
import vectors from "@/lib/key-backup/vectors/shares-v1.json" with { type: "json" };
import { LaunchError } from "../../scripts/lib/launch-error";
import { backup, parseBackupArguments } from "../../scripts/vault/backup";
import { parseRecoverArguments, recover } from "../../scripts/vault/recover";

const K1 = generateEncryptionKey();
const K2 = generateEncryptionKey();
const RING = `k2:${K2},k1:${K1}`;

let place: string;
/** The installation that is backed up, and a fresh machine. */
let server: string;
let fresh: string;
let shares: string;

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  place = mkdtempSync(path.join(tmpdir(), "orchestral-key-backup-"));
  [server, fresh, shares] = ["server", "fresh", "shares"].map((name) => path.join(place, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(server);
  mkdirSync(fresh);
  writeFileSync(path.join(server, ".env.local"), `ENCRYPTION_KEYS=${RING}\nBETTER_AUTH_SECRET=mine\n`);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(place, { recursive: true, force: true });
});

const runBackup = (args: string[], given: Record<string, string> = {}) =>
  backup(server, parseBackupArguments(args), given);
const runRecover = (args: string[], given: Record<string, string> = {}) =>
  recover(fresh, parseRecoverArguments(args), given);

const shareFile = (number: number) => path.join(shares, `orchestral-key-share-${number}-of-5.txt`);
const named = (...numbers: number[]) => numbers.flatMap((number) => ["--share", shareFile(number)]);
const freshSettings = () => path.join(fresh, ".env.local");
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
const printed = () =>
  vi
    .mocked(console.log)
    .mock.calls.map((call) => call.join(" "))
    .join("\n");

async function refused(attempt: Promise<unknown>): Promise<LaunchError> {
  const thrown: unknown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  assert(thrown instanceof LaunchError, `expected a refusal, got ${String(thrown)}`);
  expectNoKey(thrown.message);
  return thrown;
}

/** The code of the library's error behind a refusal. */
async function refusedFor(attempt: Promise<unknown>): Promise<string> {
  const { cause } = await refused(attempt);
  assert(cause instanceof KeyBackupError);
  return cause.code;
}

/** What recover says when the fresh machine has these settings already. */
async function refusalOver(settings: string): Promise<string> {
  writeFileSync(freshSettings(), settings);
  return (await refused(runRecover(named(1, 2, 3)))).message;
}

function expectNoKey(text: string): void {
  for (const key of [K1, K2]) expect(text).not.toContain(key.slice(0, 12));
}

describe("backup", () => {
  test("writes five shares that only their owner can read, and any three restore on a fresh machine", async () => {
    expect(await runBackup(["--out", shares])).toBe(0);
    expect(readdirSync(shares)).toEqual([1, 2, 3, 4, 5].map((number) => path.basename(shareFile(number))));
    expect([1, 2, 3, 4, 5].map((number) => modeOf(shareFile(number)))).toEqual(Array(5).fill("600"));
    expect(modeOf(shares)).toBe("700");
    expect(printed()).toContain("k2, k1");
    expect(printed()).toContain("any 3 of 5 restore these keys");
    expect(printed()).toContain("BETTER_AUTH_SECRET");

    expect(await runRecover(named(5, 1, 3))).toBe(0);
    expect(parseEnv(readFileSync(freshSettings(), "utf8"))).toEqual({ ENCRYPTION_KEYS: RING });
    expect(modeOf(freshSettings())).toBe("600");
    expectNoKey(printed());
  });

  test("takes other numbers, a single key, and the environment before the file", async () => {
    writeFileSync(path.join(server, ".env.local"), "");
    await runBackup(["--out", shares, "--shares", "2", "--threshold", "2"], { ENCRYPTION_KEY: K1 });
    expect(readdirSync(shares)).toHaveLength(2);
    await runRecover(["--from", shares]);
    expect(parseEnv(readFileSync(freshSettings(), "utf8"))).toEqual({ ENCRYPTION_KEYS: `k1:${K1}` });
  });

  test("a folder is relative to the installation, and may exist if it is empty", async () => {
    mkdirSync(path.join(server, "paper"));
    await runBackup(["--out", "paper"]);
    expect(readdirSync(path.join(server, "paper"))).toHaveLength(5);
  });

  test("--print writes the shares to the console, a page each, and no file", async () => {
    await runBackup(["--print"]);
    expect(readdirSync(place).toSorted()).toEqual(["fresh", "server"]);
    expect(readdirSync(server)).toEqual([".env.local"]);
    const pages = printed().split("\f");
    expect(pages).toHaveLength(5);
    mkdirSync(shares);
    for (const [index, page] of pages.slice(0, 3).entries()) writeFileSync(shareFile(index + 1), page);
    await runRecover(named(1, 2, 3));
    expect(parseEnv(readFileSync(freshSettings(), "utf8"))).toEqual({ ENCRYPTION_KEYS: RING });
  });

  test("refuses a folder that is not empty, and a file in place of a folder", async () => {
    mkdirSync(shares);
    writeFileSync(path.join(shares, "old-share.txt"), "x");
    expect((await refused(runBackup(["--out", shares]))).message).toContain("is not empty");
    expect(readdirSync(shares)).toEqual(["old-share.txt"]);
    const file = path.join(shares, "old-share.txt");
    expect((await refused(runBackup(["--out", file]))).message).toContain("not a folder");
    expect((await refused(runBackup(["--out", path.join(file, "below")]))).message).toContain("not a folder");
  });

  test("refuses without keys, and says where it looked", async () => {
    writeFileSync(path.join(server, ".env.local"), "BETTER_AUTH_SECRET=mine\n");
    const error = await refused(runBackup(["--out", shares]));
    expect(error.code).toBe("secrets_missing");
    expect(error.message).toContain(server);
    expect(existsSync(shares)).toBe(false);
  });

  test("refuses keys that cannot be used, before anything is written", async () => {
    const attempt = runBackup(["--out", shares], { ENCRYPTION_KEYS: `k1:${K1.slice(1)}` });
    await expect(attempt).rejects.toBeInstanceOf(EncryptionConfigError);
    expect(existsSync(shares)).toBe(false);
  });

  const wrongNumbers = [
    ["--shares", "1"],
    ["--shares", "17"],
    ["--threshold", "1"],
    ["--threshold", "6"],
  ];
  test.each(wrongNumbers)("refuses %s %s", async (...numbers) => {
    expect(await refusedFor(runBackup(["--out", shares, ...numbers]))).toBe("backup_options_invalid");
    expect(existsSync(shares)).toBe(false);
  });

  const wrongArguments = [
    ["--shares", "five"],
    ["--shares", "-1"],
    ["--treshold", "3"],
    ["folder"],
    ["--out"],
    ["--out", "x", "--print"],
  ];
  test.each(wrongArguments)("does not guess what is meant by %s %s", (...args) => {
    expect(() => parseBackupArguments(args)).toThrow(/npm run vault -- backup --out/);
  });

  test("says which keys it cannot hold because they do not leave their store", async () => {
    const store =
      "aws-2026=aws-kms:arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    await runBackup(["--out", shares], { KEY_ENCRYPTION_KEYS: `${store},env` });
    expect(printed()).toMatch(/Not in them +key "aws-2026": it cannot leave AWS KMS/);
    expect(printed()).not.toContain('key "k2": it cannot');

    const withoutRing = { KEY_ENCRYPTION_KEYS: store, ENCRYPTION_KEYS: "" };
    const error = await refused(runBackup(["--out", path.join(place, "more")], withoutRing));
    expect(error.code).toBe("secrets_missing");
    expect(error.message).toContain('"aws-2026" (AWS KMS)');
  });
});

describe("recover", () => {
  beforeEach(() => runBackup(["--out", shares]));

  test("takes the shares of a folder and leaves out what is none", async () => {
    writeFileSync(path.join(shares, "read me.txt"), "These are the shares.");
    writeFileSync(path.join(shares, "photo.jpg"), Buffer.alloc(400_000));
    writeFileSync(path.join(shares, ".DS_Store"), "x");
    await runRecover(["--from", shares]);
    expect(printed()).toContain("photo.jpg, read me.txt (no share in it)");
    expect(printed()).toContain("1, 2, 3, 4, 5 of 5");
    expect(parseEnv(readFileSync(freshSettings(), "utf8"))).toEqual({ ENCRYPTION_KEYS: RING });
  });

  test("keeps the other settings, in a file that is then closed to others", async () => {
    writeFileSync(
      freshSettings(),
      "# mine\nPORT=3100\nENCRYPTION_KEY=\n ENCRYPTION_KEYS = ''\nLOG_LEVEL=warn",
      {
        mode: 0o644,
      },
    );
    await runRecover(named(1, 2, 3));
    const text = readFileSync(freshSettings(), "utf8");
    expect(text).toBe(
      `# mine\nPORT=3100\nLOG_LEVEL=warn\n\n# Restored from key shares.\nENCRYPTION_KEYS=${RING}\n`,
    );
    expect(modeOf(freshSettings())).toBe("600");
  });

  test("a second time it changes nothing", async () => {
    await runRecover(named(1, 2, 3));
    const before = readFileSync(freshSettings(), "utf8");
    expect(await runRecover(named(3, 4, 5))).toBe(0);
    expect(readFileSync(freshSettings(), "utf8")).toBe(before);
    expect(printed()).toContain("already there (ENCRYPTION_KEYS in .env.local); nothing was changed");
  });

  test("existing keys are enough even with newer ones, wherever they are set", async () => {
    await runRecover(named(1, 2, 3), { ENCRYPTION_KEYS: `k3:${generateEncryptionKey()},${RING}` });
    expect(printed()).toContain(
      "already there (ENCRYPTION_KEYS in the environment, with more keys beside them)",
    );
    expect(existsSync(freshSettings())).toBe(false);
  });

  const others: [string, () => string][] = [
    ["another key, as a first start makes it", () => `ENCRYPTION_KEY=${generateEncryptionKey()}\n`],
    ["one of the keys only", () => `ENCRYPTION_KEY=${K1}\n`],
    ["the same ids with other keys", () => `ENCRYPTION_KEYS=k2:${generateEncryptionKey()},k1:${K1}\n`],
    ["the same keys under other ids", () => `ENCRYPTION_KEYS=k1:${K2},k2:${K1}\n`],
    ["a key that cannot be read", () => "ENCRYPTION_KEY=abc\n"],
    ["both variables", () => `ENCRYPTION_KEY=${K1}\nENCRYPTION_KEYS=${RING}\n`],
  ];
  test.each(others)("never replaces %s", async (_, settings) => {
    for (const file of [freshSettings(), path.join(fresh, ".env")]) {
      const text = settings();
      writeFileSync(file, text);
      const { message } = await refused(runRecover(named(1, 2, 3)));
      expect(message).toContain(`in ${path.basename(file)}`);
      expect(message).toContain("Nothing was changed");
      expect(readFileSync(file, "utf8")).toBe(text);
      rmSync(file);
      expect(readdirSync(fresh)).toEqual([]);
    }
  });

  test("tells how to keep both, if their ids allow it", async () => {
    const [older, k3] = [generateEncryptionKey(), generateEncryptionKey()];
    expect(await refusalOver(`ENCRYPTION_KEYS=k3:${k3},k1:${K1}\n`)).toContain("with the ids they have");
    expect(await refusalOver(`ENCRYPTION_KEYS=k3:${k3},k1:${older}\n`)).toContain("under the same id (k1)");
  });

  test("says so when the environment would hide what it writes", async () => {
    const { message } = await refused(runRecover(named(1, 2, 3), { ENCRYPTION_KEYS: "" }));
    expect(message).toContain("unset ENCRYPTION_KEYS");
    expect(readdirSync(fresh)).toEqual([]);
  });

  test("writes through a link to where the settings really are", async () => {
    const real = path.join(place, "settings");
    writeFileSync(real, "PORT=3100\n");
    symlinkSync(real, freshSettings());
    await runRecover(named(1, 2, 3));
    expect(lstatSync(freshSettings()).isSymbolicLink()).toBe(true);
    expect(parseEnv(readFileSync(real, "utf8"))).toEqual({ PORT: "3100", ENCRYPTION_KEYS: RING });
  });

  test("--stdout prints the line, with the rest as comments, and writes nothing", async () => {
    writeFileSync(freshSettings(), `ENCRYPTION_KEY=${generateEncryptionKey()}\n`);
    const before = readFileSync(freshSettings(), "utf8");
    vi.mocked(console.log).mockClear();
    await runRecover([...named(2, 3, 4), "--stdout"]);
    expect(parseEnv(printed())).toEqual({ ENCRYPTION_KEYS: RING });
    expect(printed().match(/^[^#]/gm)).toHaveLength(1);
    expect(readFileSync(freshSettings(), "utf8")).toBe(before);
  });

  test("too few, a damaged one, one twice, one of another set: the reason, and nothing is written", async () => {
    expect(await refusedFor(runRecover(named(1, 2)))).toBe("shares_too_few");
    expect(await refusedFor(runRecover(named(1, 2, 2)))).toBe("share_repeated");
    await runBackup(["--out", path.join(place, "other")]);
    const foreign = path.join(place, "other", path.basename(shareFile(4)));
    expect(await refusedFor(runRecover([...named(1, 2, 3), "--share", foreign]))).toBe("shares_mixed");

    const text = readFileSync(shareFile(2), "utf8");
    writeFileSync(shareFile(2), text.slice(0, text.indexOf("07: ")));
    const damaged = await refused(runRecover(named(1, 2, 3)));
    expect(damaged.message).toContain(`${shareFile(2)} (share 2) is damaged: lines 7 to`);
    expect(readdirSync(fresh)).toEqual([]);
  });

  test("keys that everybody can read in this repository are not restored", async () => {
    const [frozen] = vectors.sets;
    const files = (frozen?.shares ?? []).map((text, index) => {
      const file = path.join(place, `frozen-${index}.txt`);
      writeFileSync(file, text);
      return ["--share", file];
    });
    await expect(runRecover(files.flat())).rejects.toBeInstanceOf(EncryptionConfigError);
    expect(readdirSync(fresh)).toEqual([]);
  });

  test("names a file or folder that is not there, and a folder without shares", async () => {
    const absent = path.join(place, "absent");
    expect((await refused(runRecover(["--share", absent]))).message).toContain(`${absent} cannot be read`);
    expect((await refused(runRecover(["--from", absent]))).message).toContain("ENOENT");
    expect((await refused(runRecover(["--from", fresh]))).message).toContain("There is no key share");
  });

  const wrongArguments = [[], ["--from", "a", "--share", "b"], ["share.txt"], ["--form", "a"]];
  test.each(wrongArguments.map((args) => [args]))("does not guess what is meant by %j", (args) => {
    expect(() => parseRecoverArguments(args)).toThrow(/npm run vault -- recover --share/);
  });
});
