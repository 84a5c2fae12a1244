import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { missingOperator } from "@/domain/identity/operators/first-account";
import { closeAuditQueue, flushAuditEvents, openAuditQueue } from "@/domain/vault/audit/audit-queue";
import { isOperator, requireOperator } from "@/domain/vault/require-operator";
import { vaultDoctor } from "@/domain/vault/vault-doctor";
import { database } from "@/lib/db/client";
import { auditEventsTable, userTable, vaultStateTable } from "@/lib/db/schema";

async function addAccount(id: string): Promise<void> {
  const db = await database();
  await db.insert(userTable).values({ id, name: "P", email: `${id}@example.com` });
}

async function removeAccount(id: string): Promise<void> {
  const db = await database();
  await db.delete(userTable).where(eq(userTable.id, id));
}

/** Who operates; nobody is listed by address. On Postgres alone: the same trigger notes the first account on both. */
export function operatorsBattery(): void {
  describe("who operates", () => {
    afterEach(async () => {
      const db = await database();
      await db.delete(userTable);
      await db.update(vaultStateTable).set({ firstAccountId: null });
    });

    test("nobody misses an operator while there is no account", async () => {
      expect(await missingOperator()).toBeNull();
      expect(await isOperator({ userId: "nobody" })).toBe(false);
    });

    test("whoever made the first account, whatever time an account says it was made", async () => {
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

    test("nobody any more when that account is gone, though nobody had looked before, and the doctor says so", async () => {
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

    test("two first accounts at once: one of them", async () => {
      await Promise.all([addAccount("ada"), addAccount("bob")]);
      const operates = [await isOperator({ userId: "ada" }), await isOperator({ userId: "bob" })];
      expect(operates.filter(Boolean)).toHaveLength(1);
    });

    test("a refusal is the answer of a missing page and leaves a record, or at least the answer", async () => {
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
