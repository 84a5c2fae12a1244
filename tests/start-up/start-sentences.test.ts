import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { acquireDataDirLock } from "@/lib/data-dir-lock";
import { createDatabase, freePort } from "../support/real-postgres";
import { root, runCommand } from "./run-command";

/** Must never be seen on the console, whichever variable it was put into. */
const CANARY = "hunter2canary";

let scratch: string;
let healthy: Record<string, string>;

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), "orchestral-start-"));
  healthy = {
    DATA_DIR: path.join(scratch, "data"),
    DATABASE_URL: "",
    ENCRYPTION_KEY: randomBytes(32).toString("hex"),
    ENCRYPTION_KEYS: "",
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
  };
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/**
 * The output of a start with these changes, after the progress lines. For every failure: short, friendly,
 * exit code not 0.
 */
async function refusal(changes: Record<string, string>): Promise<string> {
  const { code, output } = await runCommand(["start"], {
    ...healthy,
    // A new one each time: another process may have taken the last.
    PORT: String(await freePort()),
    ...changes,
  });
  expect(output).not.toContain(CANARY);
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain("Build");
  expect(code).toBe(1);
  const said = output.split("\n").filter((line) => line !== "" && !/^(Orchestral| {2})/.test(line));
  expect(said.length).toBeLessThanOrEqual(2);
  return said.join("\n");
}

async function occupiedPort(): Promise<{ port: string; server: Server }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no address");
  return { port: String(address.port), server };
}

describe("npm start refuses in a sentence when", () => {
  it("the port is in use, and offers a free one", async () => {
    const { port, server } = await occupiedPort();
    const said = await refusal({ PORT: port });
    server.close();
    expect(said).toMatch(
      new RegExp(`^Port ${port} on 127.0.0.1 is already in use.*choose another port: PORT=\\d+ npm start$`),
    );
  });

  it("the host is not an address of this machine", async () => {
    expect(await refusal({ HOST: "192.0.2.1" })).toContain(
      "HOST is 192.0.2.1, which is not an address of this machine.",
    );
  });

  it("the port is no port", async () => {
    expect(await refusal({ PORT: "http" })).toBe("PORT must be a whole number from 1 to 65535.");
  });

  it("several variables are wrong, with a sentence for each", async () => {
    const said = await refusal({
      ANTHROPIC_BASE_URL: "https://api.anthropic.com/v1",
      BETTER_AUTH_SECRET: CANARY,
    });
    expect(said.split("\n")).toEqual([
      expect.stringContaining("BETTER_AUTH_SECRET is shorter than 32 characters"),
      expect.stringContaining("ANTHROPIC_BASE_URL ends in /v1; leave that off"),
    ]);
  });

  it.each([
    ["is too short", { ENCRYPTION_KEY: "abc123" }],
    ["is not hexadecimal", { ENCRYPTION_KEY: CANARY.padEnd(64, "z") }],
    ["is one repeated byte", { ENCRYPTION_KEY: "ab".repeat(32) }],
    [
      "is the one printed in the plan",
      { ENCRYPTION_KEY: "a8f5f167f44f4964e6c998dee827110c36d7f5e9e7b6d9e8f5d6c7e8f9a0b1c2" },
    ],
    ["is a ring without ids", { ENCRYPTION_KEY: "", ENCRYPTION_KEYS: randomBytes(32).toString("hex") }],
  ])("the encryption key %s", async (_, changes) => {
    const said = await refusal(changes);
    expect(said).toMatch(/^ENCRYPTION_KEYS?\b/);
    for (const value of Object.values(changes).filter(Boolean)) expect(said).not.toContain(value);
  });

  it("NODE_ENV is production and the secrets are not set", async () => {
    const said = await refusal({ NODE_ENV: "production", ENCRYPTION_KEY: "", BETTER_AUTH_SECRET: "" });
    expect(said.split("\n")).toEqual([
      expect.stringContaining("NODE_ENV is production, and ENCRYPTION_KEY is not set."),
      expect.stringContaining("NODE_ENV is production, and BETTER_AUTH_SECRET is not set."),
    ]);
  });

  it("another process has the data folder open, and names it", async () => {
    const lock = acquireDataDirLock(healthy.DATA_DIR ?? "");
    const said = await refusal({});
    lock.release();
    expect(said).toContain(`The data folder ${healthy.DATA_DIR} is in use by process ${process.pid}.`);
  });

  it("the data folder cannot be written", async () => {
    const file = path.join(scratch, "a-file");
    writeFileSync(file, "");
    expect(await refusal({ DATA_DIR: path.join(file, "data") })).toContain("cannot be written (ENOTDIR)");
  });

  it("the database address is malformed", async () => {
    const said = await refusal({ DATABASE_URL: `postgres://me:${CANARY}@localhost:port/db` });
    expect(said).toMatch(/^DATABASE_URL must look like postgres:/);
  });

  it("nothing listens at the database address", async () => {
    const port = await freePort();
    const said = await refusal({ DATABASE_URL: `postgres://me:${CANARY}@127.0.0.1:${port}/db` });
    expect(said).toContain(`Nothing listens at 127.0.0.1:${port}`);
  });

  it("the database server never answers", async () => {
    const { port, server } = await occupiedPort();
    const said = await refusal({ DATABASE_URL: `postgres://me:${CANARY}@127.0.0.1:${port}/db` });
    server.close();
    expect(said).toContain(`Postgres at 127.0.0.1:${port} did not answer within 5 seconds.`);
  });

  it("secrets would have to be made, but something else is wrong: then nothing is left behind", async () => {
    const file = path.join(root, ".env.local");
    const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    await refusal({ PORT: "0", ENCRYPTION_KEY: "", BETTER_AUTH_SECRET: "" });
    expect(existsSync(file) ? readFileSync(file, "utf8") : undefined).toBe(before);
  });
});

describe("npm start on a real Postgres refuses in a sentence when", () => {
  let url: URL;

  beforeAll(async () => {
    url = new URL(await createDatabase(inject("postgresUrl")));
  });

  it("there is no such database", async () => {
    const wrong = new URL(url);
    wrong.pathname = "/nowhere";
    expect(await refusal({ DATABASE_URL: wrong.href })).toContain(
      `has no database "nowhere". Create it (createdb nowhere)`,
    );
  });

  it("the user is not let in", async () => {
    const wrong = new URL(url);
    wrong.username = "stranger";
    wrong.password = CANARY;
    expect(await refusal({ DATABASE_URL: wrong.href })).toContain(`does not let the user "stranger" in`);
  });
});

describe("the command line", () => {
  it("names the commands when it is given none of them", async () => {
    const { code, output } = await runCommand(["strat"], {});
    expect(code).toBe(1);
    expect(output).toContain(
      "node scripts/run.mjs <start, demo, dev, build, test, check, chromium, bench, people, vault>",
    );
  });
});
