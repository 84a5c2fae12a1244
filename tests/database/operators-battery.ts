import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { missingOperator } from "@/domain/identity/operators/first-account";
import { closeAuditQueue, flushAuditEvents, openAuditQueue } from "@/domain/vault/audit/audit-queue";
import { isOperator, requireOperator } from "@/domain/vault/require-operator";
import { vaultDoctor } from "@/domain/vault/vault-doctor";
import { auth } from "@/lib/auth/auth";
import { database } from "@/lib/db/client";
import { auditEventsTable, userTable, vaultStateTable } from "@/lib/db/schema";

/** As the auth library stores it, whose adapter this is. */
async function addAccount(id: string): Promise<void> {
  const { adapter } = await (await auth()).$context;
  const data = { id, name: "P", email: `${id}@example.com` };
  await adapter.create({ model: "user", data, forceAllowId: true });
}

async function removeAccount(id: string): Promise<void> {
  const db = await database();
  await db.delete(userTable).where(eq(userTable.id, id));
}

/**
 * Who operates when OPERATOR_EMAILS is not set. Only on Postgres: both databases have the same trigger for
 * the first account.
 */
export function operatorsBattery(): void {
  describe("who operates", () => {
    afterEach(async () => {
      const db = await database();
      await db.delete(userTable);
      await db.update(vaultStateTable).set({ firstAccountId: null });
    });

    test("there is no operator, and no warning, while there is no account", async () => {
      expect(await missingOperator()).toBeNull();
      expect(await isOperator({ userId: "nobody" })).toBe(false);
    });

    test("the first account operates, whatever creation time an account claims", async () => {
      await addAccount("ada");
      await addAccount("bob");
      const db = await database();
      await db
        .update(userTable)
        .set({ createdAt: new Date(2001, 1) })
        .where(eq(userTable.id, "bob"));
      expect(await isOperator({ userId: "ada" })).toBe(true);
      expect(await isOperator({ userId: "bob" })).toBe(false);
      expect(await missingOperator()).toBeNull();
    });

    test("there is no operator once that account is deleted, even if none was looked up before, and the doctor says so", async () => {
      await addAccount("ada");
      await addAccount("bob");
      await removeAccount("ada");
      await addAccount("eve");
      expect(await isOperator({ userId: "bob" })).toBe(false);
      expect(await isOperator({ userId: "eve" })).toBe(false);
      expect((await vaultDoctor()).map(({ sentence }) => sentence)).toContainEqual(
        expect.stringContaining("Nobody operates this installation"),
      );
    });

    test("of two concurrent first accounts, one operates", async () => {
      await Promise.all([addAccount("ada"), addAccount("bob")]);
      const operates = [await isOperator({ userId: "ada" }), await isOperator({ userId: "bob" })];
      expect(operates.filter(Boolean)).toHaveLength(1);
    });

    test("a refusal answers 404 and is recorded; it answers 404 even if it cannot be recorded", async () => {
      await addAccount("ada");
      await addAccount("bob");
      await expect(requireOperator({ userId: "ada" })).resolves.toBeUndefined();
      await expect(requireOperator({ userId: "bob" })).rejects.toMatchObject({ code: "not_found" });
      await flushAuditEvents();
      const db = await database();
      const denied = await db
        .select({ actorId: auditEventsTable.actorId })
        .from(auditEventsTable)
        .where(sql`action = 'operator.denied'`);
      expect(denied).toEqual([{ actorId: "bob" }]);
      await closeAuditQueue();
      try {
        await expect(requireOperator({ userId: "bob" })).rejects.toMatchObject({ code: "not_found" });
      } finally {
        openAuditQueue();
      }
    });
  });
}
