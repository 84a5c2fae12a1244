import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { prepareAuthority } from "@/domain/vault/authority/prepare-authority";
import { isGenuine } from "@/lib/auth/authority/sign-row";
import { database } from "@/lib/db/client";
import { auditEventsTable, userTable } from "@/lib/db/schema";
import { useDatabase } from "./use-database";

useDatabase("postgres");

test("four servers that start at once on the database of the version before sign its accounts once, with one key", async () => {
  const db = await database();
  const ids = Array.from({ length: 1_200 }, (_, index) => `person-${index}`);
  await db.insert(userTable).values(ids.map((id) => ({ id, name: "P", email: `${id}@example.com` })));
  await Promise.all([1, 2, 3, 4].map(() => prepareAuthority()));
  const records = await db
    .select({ detail: auditEventsTable.detail })
    .from(auditEventsTable)
    .where(eq(auditEventsTable.action, "accounts.signed"));
  expect(records).toEqual([
    { detail: { users: 1_200, accounts: 0, sessions: 0, first: true, renewed: false } },
  ]);
  const users = await db.select().from(userTable);
  const genuine = await Promise.all(users.map((user) => isGenuine("user", user)));
  expect(genuine.filter(Boolean)).toHaveLength(1_200);
});
