import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VaultStatus } from "@/contracts/vault";
import { acquireDataDirLock } from "@/lib/data-dir-lock";
import { type AppServer, startAppServer } from "../support/app-server";
import { seedDataDir } from "../support/embedded-template";
import { freePort } from "../support/real-postgres";
import {
  Conversation,
  type KeyHolder,
  sayWithOwnKey,
  someoneWithAKey,
  wrongTurns,
} from "./support/chatting-people";
import { newInstallation, SOON } from "./support/installation";
import { refusal, vaultCommand, vaultInProcess } from "./support/vault-command";

describe("invalid arguments", () => {
  const settings = newInstallation({ DATA_DIR: path.join(tmpdir(), "orchestral-never-made") });

  test.each([
    [[], "Usage: npm run vault -- <command>"],
    [["toString"], "Usage: npm run vault -- <command>"],
    [["status", "--jsn"], "'--jsn'"],
    [["rotate"], "The number of arguments does not fit."],
    [["rotate", "everything"], "Say what to rotate: key-encryption-key or data-keys."],
    [["rotate", "data-keys", "--rate", "0"], "The rate is at least one row a second."],
    [["verify", "--rate", "fast"], "The rate is a whole number of rows a second."],
    [["retire", "K1"], "A key id has 1 to 32 of a-z, 0-9, _ and -."],
    [["verify-audit", "--head", "12"], "--head is <seq>:<mac>"],
    [["backup", "--shares", "many"], "--shares is a whole number."],
    [["recover"], "Name the shares"],
    [["dump"], "Say where the dump goes."],
    [["restore"], "Name the dump."],
  ])("%j", async (args, sentence) => {
    const said = refusal(await vaultInProcess(args, settings));
    expect(said).toContain(sentence);
    expect(said).toMatch(/Usage: |Run it as: |as verify-audit and status print it/);
    expect(existsSync(settings["DATA_DIR"] ?? "")).toBe(false);
  });

  test("are reported by the command's process in the same words, with an exit code", async () => {
    const said = refusal(await vaultCommand(["status", "--jsn"], settings));
    expect(said).toContain("'--jsn'");
    expect(said).toContain("Usage: npm run vault -- <command>");
    expect(existsSync(settings["DATA_DIR"] ?? "")).toBe(false);
  });
});

describe("an installation on the embedded database", () => {
  const dataDir = path.join(mkdtempSync(path.join(tmpdir(), "orchestral-vault-")), "data");
  const controlFile = path.join(dataDir, "vault-control.json");
  const settings = newInstallation({ DATA_DIR: dataDir });
  const vaultProcess = (...args: string[]) => vaultCommand(args, settings);
  const vault = (...args: string[]) => vaultInProcess(args, settings);
  let server: AppServer;
  let operator: KeyHolder;
  let token = "";

  beforeAll(async () => {
    await seedDataDir(dataDir);
    server = await startAppServer(settings);
    operator = await someoneWithAKey(server.url, settings);
    const path = `/api/v1/projects/${operator.projectId}/secrets`;
    await operator.person.call("POST", path, { name: "TOKEN", value: "hunter2" });
    token = JSON.parse(readFileSync(controlFile, "utf8")).token;
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(path.dirname(dataDir), { recursive: true, force: true });
  });

  const withToken = (authorization: string) =>
    fetch(`${server.url}/api/v1/operator/vault`, { headers: { authorization } });

  test("the file that names the server is for its user alone, and its token opens the operator's routes", async () => {
    expect((statSync(controlFile).mode & 0o777).toString(8)).toBe("600");
    expect(JSON.parse(readFileSync(controlFile, "utf8"))).toEqual({ url: server.url, token });
    const answer = await withToken(`Bearer ${token}`);
    expect([answer.status, (await answer.json()).columns.slice(0, 2)]).toMatchObject([
      200,
      [{ total: 1 }, { total: 1 }],
    ]);
  });

  test("any other token is treated like no token", async () => {
    const anybody = await fetch(`${server.url}/api/v1/operator/vault`);
    const expected = [401, await anybody.text()];
    expect(anybody.status).toBe(401);
    const wrong = [
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token}A`,
      `Bearer ${token.toUpperCase()}`,
      "Bearer ",
      `Basic ${token}`,
      token,
      // What the server keeps in its memory.
      `Bearer ${createHash("sha256").update(token).digest("base64url")}`,
    ];
    for (const authorization of wrong) {
      const answer = await withToken(authorization);
      expect([answer.status, await answer.text()]).toEqual(expected);
    }
  });

  test("the token is good for the operator's routes and nothing else", async () => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${server.url}/api/v1/user/ai-keys`, { headers });
    expect(answer.status).toBe(401);
  });

  test("data keys are rotated through the server, while its people chat", async () => {
    const chat = new Conversation([operator, await someoneWithAKey(server.url, settings)], [server.url]);
    await expect.poll(() => chat.turns.length, SOON).toBeGreaterThan(0);
    const { code, stdout, stderr } = await vaultProcess("rotate", "data-keys", "--rate", "4");
    const during = chat.turns.length;
    await expect.poll(() => chat.turns.length, SOON).toBeGreaterThan(during + 2);
    await chat.stop();

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`through the server at ${server.url}`);
    expect(stdout).toMatch(/^ {2}Rotation {7}started$/m);
    expect(stdout).toMatch(/^ {2}Progress /m);
    expect(stdout).toMatch(/^ {2}Finished {7}completed, /m);
    expect(chat.cutOff).toEqual([]);
    expect(await wrongTurns([...chat.turns, await sayWithOwnKey(operator)])).toEqual([]);
  });

  test("status says what was done, for people and for programs", async () => {
    const [shown, json] = [await vault("status"), await vaultProcess("status", "--json")];
    expect([shown.code, shown.stderr, json.code, json.stderr]).toEqual([0, "", 0, ""]);
    expect(shown.stdout).toMatch(
      /^ {2}k1 {13}current, environment: \d+ data keys, 0 values sealed directly$/m,
    );
    expect(shown.stdout).toContain("user_ai_api_keys.api_key: 2 in all, 2 under active data keys\n");
    expect(shown.stdout).toMatch(/^ {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}data keys: completed, .* changed/m);
    const status = JSON.parse(json.stdout) as VaultStatus;
    expect(status.history).toMatchObject([
      { kind: "data_keys", state: "completed", unreadable: 0, startedBy: "system:operator" },
    ]);
    // The retired keys are destroyed, except those an audit record may need.
    expect(status.dataKeys).toMatchObject({ unreadable: 0, destroyed: 3 });
  });

  test("verify, doctor and verify-audit succeed", async () => {
    const verify = await vault("verify");
    expect(verify).toMatchObject({ code: 0, stdout: expect.stringContaining("completed, ") });
    expect(verify.stdout).not.toContain("NEED RE-ENTRY");
    expect(await vault("doctor")).toMatchObject({ code: 0, stdout: expect.stringContaining("Healthy") });
    expect(await vault("verify-audit")).toMatchObject({ code: 0, stdout: expect.stringContaining("Sound") });
  });

  test("the server's refusal is shown in its own words", async () => {
    expect(refusal(await vault("retire", "k1"))).toContain('Key "k1" is the current one.');
    expect(refusal(await vault("cancel"))).toBe("No rotation is running.");
  });

  test("a running rotation is not started twice, and is cancelled", async () => {
    // Enough that at one per second it runs for more than half a minute, however long the commands below
    // take.
    const secrets = `/api/v1/projects/${await operator.person.createProject()}/secrets`;
    const names = Array.from({ length: 40 }, (_, index) => `TOKEN_${index}`);
    const saved = await Promise.all(
      names.map((name) => operator.person.call("POST", secrets, { name, value: "hunter2" })),
    );
    expect(saved.filter(({ status }) => status !== 200)).toEqual([]);
    const started = await vault("rotate", "data-keys", "--rate", "1", "--no-wait");
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining("Not waiting") });
    const again = await vault("rotate", "data-keys", "--no-wait");
    const verify = await vault("verify");
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("was running already") });
    expect(refusal({ ...verify, stdout: "" })).toContain("Another rotation or verification is running.");
    expect(await vault("cancel")).toMatchObject({ code: 0, stdout: expect.stringContaining("Cancelled") });
    expect(await wrongTurns([await sayWithOwnKey(operator)])).toEqual([]);
  });

  test("the token was written nowhere but into its file, and is gone with the server", async () => {
    const answers = await Promise.all(
      ["", "/findings"].map((route) =>
        fetch(`${server.url}/api/v1/operator/vault${route}`, {
          headers: { authorization: `Bearer ${token}` },
        }),
      ),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(JSON.stringify([...answer.headers]) + (await answer.text())).not.toContain(token.slice(0, 12));
    }
    await server.stop();
    expect(existsSync(controlFile)).toBe(false);
    expect(server.output()).not.toBe("");
    expect(server.output()).not.toContain(token.slice(0, 12));
  });

  test("with no server, the command opens the database itself, and a damaged row needs re-entry", async () => {
    const database = await PGlite.create(path.join(dataDir, "pglite"));
    await database.query(
      "update user_ai_api_keys set api_key = overlay(api_key placing 'AAAA' from 80) where user_id = $1",
      [operator.person.userId],
    );
    await database.close();
    const { code, stdout } = await vaultProcess("verify");
    expect(stdout).toContain("no server runs");
    expect(stdout).toMatch(/Finished {7}completed, .*, 1 NEED RE-ENTRY,/m);
    expect(code).toBe(1);
    expect(await vaultProcess("status")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ {2}user_ai_api_keys\.api_key: 2 in all, .*, 1 NEED RE-ENTRY$/m),
    });
  });

  test("a process that has the database open and takes no orders is named", async () => {
    const lock = acquireDataDirLock(dataDir);
    try {
      expect(refusal(await vaultProcess("status"))).toMatch(
        new RegExp(`^The embedded database is open in process ${process.pid}, .* or stop it\\.$`),
      );
      // Left behind by a killed server: nothing listens there.
      const url = `http://127.0.0.1:${await freePort()}`;
      writeFileSync(controlFile, JSON.stringify({ url, token }));
      expect(refusal(await vaultProcess("status"))).toMatch(
        new RegExp(`^The server at ${url} has the embedded database open and does not answer\\.`),
      );
    } finally {
      rmSync(controlFile, { force: true });
      lock.release();
    }
  });
});
