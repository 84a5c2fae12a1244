import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import {
  Conversation,
  type KeyHolder,
  sayWithOwnKey,
  someoneWithAKey,
  wrongTurns,
} from "./support/chatting-people";
import { emptyDatabase } from "./support/database";
import { newEncryptionKey, newInstallation, type Settings, SOON, sqlIn } from "./support/installation";
import { refusal, vaultCommand, vaultInProcess } from "./support/vault-command";

describe("an installation on Postgres, with the command alongside its server", () => {
  let settings: Settings;
  let server: AppServer;
  let operator: KeyHolder;
  const [first, second] = [newEncryptionKey(), newEncryptionKey()];
  const vaultProcess = (...args: string[]) => vaultCommand(args, settings);
  const vault = (...args: string[]) => vaultInProcess(args, settings);
  const sql = (text: string) => sqlIn(settings["DATABASE_URL"] ?? "", text);
  const rotationsOfDataKeys = () => sql("select state from key_rotations where kind = 'data_keys'");
  const withoutTriggers = (statement: string) =>
    sql(
      `alter table audit_events disable trigger user; ${statement}; alter table audit_events enable trigger user`,
    );

  beforeAll(async () => {
    settings = {
      ...newInstallation({ DATABASE_URL: await emptyDatabase() }),
      ENCRYPTION_KEYS: `k1:${first}`,
    };
    const before = await startAppServer(settings);
    operator = await someoneWithAKey(before.url, settings);
    await before.stop();
    settings = { ...settings, ENCRYPTION_KEYS: `k2:${second},k1:${first}` };
    server = await startAppServer(settings);
    operator = { ...operator, person: operator.person.at(server.url) };
    await operator.person.refreshToken();
  });

  afterAll(() => server?.stop());

  test("a key is retired once no row needs it, and not before", async () => {
    expect(refusal(await vault("retire", "k1"))).toMatch(
      /^Key "k1" is still needed by \d+ data keys and 0 values\. Rotate the key-encryption key/,
    );
    expect(refusal(await vault("retire", "k9"))).toContain("key-encryption key does not exist");

    const chat = new Conversation([operator], [server.url]);
    await expect.poll(() => chat.turns.length, SOON).toBeGreaterThan(0);
    const dryRun = await vault("rotate", "key-encryption-key", "--dry-run");
    expect(dryRun).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Finished .* [1-9]\d* would change/),
    });
    expect(refusal(await vault("retire", "k1"))).toContain('Key "k1" is still needed');
    const rotated = await vaultProcess("rotate", "key-encryption-key");
    await chat.stop();
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/Finished .* [1-9]\d* changed/) });
    expect(rotated.stdout).toContain("on Postgres at 127.0.0.1:");
    expect(chat.cutOff).toEqual([]);
    expect(await wrongTurns([...chat.turns, await sayWithOwnKey(operator)])).toEqual([]);

    expect(await vault("retire", "k1")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Retired"),
    });
  });

  test("a server with the retired key in front does not start, and neither does the command", async () => {
    const goneBack = { ...settings, ENCRYPTION_KEYS: `k1:${first},k2:${second}` };
    const sentence = 'The current key-encryption key "k1" was retired. Put the key that followed it first';
    await expect(startAppServer(goneBack)).rejects.toThrow(sentence);
    expect(refusal(await vaultCommand(["status"], goneBack))).toContain(sentence);
  });

  test("without waiting, a server that runs does the work", async () => {
    const { code, stdout } = await vaultProcess("rotate", "data-keys", "--no-wait");
    expect([code, stdout]).toEqual([0, expect.stringContaining("a running server goes on with it")]);
    await expect.poll(rotationsOfDataKeys, SOON).toEqual([{ state: "completed" }]);
    expect(await wrongTurns([await sayWithOwnKey(operator)])).toEqual([]);
  });

  test("a damaged row shows in the exit code", async () => {
    await sql("update user_ai_api_keys set api_key = overlay(api_key placing 'AAAA' from 80)");
    const { code, stdout } = await vault("verify");
    expect([code, stdout]).toEqual([1, expect.stringContaining("1 NEED RE-ENTRY")]);
    const turn = await sayWithOwnKey(operator);
    expect(turn.answer.error).toMatchObject({ code: "personal_key_unreadable" });
  });

  test("the audit trail is sound, cut off, then edited", async () => {
    const pending = async () => (await sql("select 1 from audit_events where seq is null")).length;
    await expect.poll(pending, SOON).toBe(0);
    const sound = await vault("verify-audit");
    expect(sound).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ {2}Sound /) });
    const [, head = ""] = /^ {2}Head +(\d+:[0-9a-f]{64}) /m.exec(sound.stdout) ?? [];

    // Later records do not affect a head noted earlier.
    await operator.person.saveKey(operator.key);
    await expect.poll(pending, SOON).toBe(0);
    const later = await vault("verify-audit", "--head", head);
    expect([later.code, later.stdout]).toEqual([0, expect.not.stringContaining(head)]);

    await server.stop();
    const [seq = 0] = head.split(":").map(Number);
    const edited = seq - 3;
    await withoutTriggers(`update audit_events set actor_id = 'somebody-else' where seq = ${edited}`);
    const broken = await vault("verify-audit");
    expect(broken).toMatchObject({ code: 1, stdout: expect.stringMatching(/^ {2}BROKEN /) });
    expect(broken.stdout).toContain(`Record ${edited} is not what was written there.`);

    await withoutTriggers(`delete from audit_events where seq >= ${edited}`);
    await sql(`alter table audit_chain disable trigger user;
      update audit_chain set (seq, mac) = (select seq, mac from audit_events where seq = ${edited - 1})`);
    // The remaining chain is intact; a noted head shows that there was more.
    for (const noted of [[], ["--head", head]]) {
      // oxlint-disable-next-line no-await-in-loop -- one command after the other
      const cutOff = await vault("verify-audit", ...noted);
      expect(cutOff).toMatchObject({ code: 1, stdout: expect.stringContaining("BROKEN") });
    }
  });
});
