import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { retryDelaySeconds } from "@/domain/vault/rotation/retry-delay";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { assertDataDirIsFree, DataDirLockedError } from "@/lib/data-dir-lock";
import { database } from "@/lib/db/client";
import { keyRotationsTable, userTable } from "@/lib/db/schema";
import { directConsole } from "../../scripts/vault/direct-console";
import { sql, withoutTriggers } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("embedded");

async function recordVerification(): Promise<void> {
  await recordAuditEvent(await database(), { system: "operator" }, "audit.verified", "audit_events");
}

const dataDir = () => process.env["DATA_DIR"] ?? "";

describe("the command line on a database of its own", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("a trail that is chained at the end says nothing", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const vault = await directConsole("directly");
    await recordAuditEvent(await database(), { system: "operator" }, "audit.verified", "audit_events");
    expect((await vault.status()).audit).toMatchObject({ records: 0, pending: 1 });
    await vault.close();
    expect(said).not.toHaveBeenCalled();
    const again = await directConsole("directly");
    // One more: the data key of the trail was made.
    expect((await again.status()).audit).toMatchObject({ records: 2, pending: 0 });
    await again.close();
  });

  test("a trail that went back is chained again once an operator has accepted it, and keeps both heads", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const before = await directConsole("directly");
    await recordVerification();
    await before.close();

    // As an older backup holds it.
    const vault = await directConsole("directly");
    const { head: noted } = await vault.verifyAudit();
    const cut = noted?.seq ?? 0;
    await withoutTriggers(
      `delete from audit_events where seq = ${cut}`,
      `update audit_chain set seq = seq - 1, mac = (select mac from audit_events where seq = ${cut - 1})`,
    );
    expect(await vault.findings()).toContainEqual({
      severity: "error",
      sentence: expect.stringContaining("run: npm run vault -- accept-audit-head"),
    });
    expect((await vault.verifyAudit()).problems).toMatchObject([{ kind: "cut_off", seq: cut }]);
    const accepted = await vault.acceptAuditHead();
    expect(accepted?.seq).toBe(cut - 1);
    await vault.close();
    expect(said).not.toHaveBeenCalled();

    const again = await directConsole("directly");
    expect(await again.verifyAudit()).toMatchObject({ ok: true, pending: 0 });
    expect(
      await sql("select actor_id, detail from audit_events where action = 'audit.head_accepted'"),
    ).toEqual([
      {
        actor_id: "system:operator",
        detail: { acceptedSeq: cut - 1, acceptedMac: accepted?.mac, notedSeq: cut, notedMac: noted?.mac },
      },
    ]);
    await again.close();
  });

  test("a broken chain is reported, hides no result, and the database is still closed", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const vault = await directConsole("directly");
    await recordAuditEvent(await database(), { system: "operator" }, "audit.verified", "audit_events");
    await withoutTriggers("update audit_chain set mac = repeat('0', 64)");
    expect(() => assertDataDirIsFree(dataDir())).toThrow(DataDirLockedError);
    await expect(vault.close()).resolves.toBeUndefined();
    expect(said.mock.calls.join(" ")).toMatch(/not chained yet.*The audit chain is not continued/s);
    expect(() => assertDataDirIsFree(dataDir())).not.toThrow();
  });

  test("makes an invitation, and a link to set the password of an operator who cannot sign in", async () => {
    const vault = await directConsole("directly");
    const email = "olive@example.com";
    await (await database()).insert(userTable).values({ id: "olive", name: "Olive", email });
    expect(await vault.invite("ina@example.com")).toMatchObject({
      url: expect.stringMatching(/\/sign-up#invitation=[\w-]{43}$/),
    });
    expect(await vault.resetLink("OLIVE@example.com")).toMatchObject({
      url: expect.stringMatching(/\/reset-password#token=[\w-]{43}$/),
    });
    await expect(vault.resetLink("olive")).rejects.toThrow("No account has the address olive.");
    await expect(vault.invite(email)).rejects.toThrow("There is an account with this email address already.");
    await vault.close();
  });

  test.each([
    [1, 2],
    [2, 4],
    [5, 32],
    [6, 60],
    [1_000_000, 60],
  ])(
    "a rotation that failed %d times in a row is tried again after %d seconds",
    async (failures, seconds) => {
      const { id } = await startKeyRotation({ system: "operator" }, { kind: "verify", dryRun: false });
      const db = await database();
      await db.update(keyRotationsTable).set({ failures }).where(eq(keyRotationsTable.id, id));
      expect(await retryDelaySeconds(id)).toBe(seconds);
    },
  );
});
