import { eq } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { recordAccountEvents } from "@/domain/people/record-account-events";
import { suspendPerson } from "@/domain/people/suspend-person";
import { unsuspendPerson } from "@/domain/people/unsuspend-person";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { authorityKey } from "@/lib/auth/authority/authority-key";
import { signRow } from "@/lib/auth/authority/sign-row";
import { database } from "@/lib/db/client";
import { auditEventsTable, userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { Browser } from "./auth-browser";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const ROUNDS = 10;

beforeEach(async () => {
  const db = await database();
  // Made while there are no accounts yet, as a start does.
  await authorityKey();
  await db.delete(userTable);
  for (const id of ["ada", "bob", "eve"]) {
    const person = { id, name: id, email: `${id}@example.com`, emailVerified: false, isFirst: id === "ada" };
    // oxlint-disable-next-line no-await-in-loop -- Ada is the first
    await db.insert(userTable).values(await signRow("user", person));
  }
  Object.assign(environment(), { OPERATOR_EMAILS: ["ada@example.com", "bob@example.com"] });
});

async function suspended(): Promise<string[]> {
  const db = await database();
  const rows = await db.select().from(userTable);
  return rows.flatMap(({ id, suspendedAt }) => (suspendedAt ? [id] : []));
}

test("the last operator who can sign in is not suspended, whoever asks for it", async () => {
  await suspendPerson({ userId: "ada" }, "bob");
  await expect(suspendPerson({ system: "operator" }, "ada")).rejects.toMatchObject({ code: "conflict" });
  await expect(suspendPerson({ userId: "ada" }, "ada")).rejects.toMatchObject({ code: "conflict" });
  await suspendPerson({ system: "operator" }, "eve");
  expect((await suspended()).toSorted()).toEqual(["bob", "eve"]);
});

test("of two operators who suspend each other at the same moment, one is left", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    // oxlint-disable-next-line no-await-in-loop -- one race after the other
    const results = await Promise.allSettled([
      suspendPerson({ userId: "ada" }, "bob"),
      suspendPerson({ userId: "bob" }, "ada"),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    // oxlint-disable-next-line no-await-in-loop
    const [out = "", ...others] = await suspended();
    expect(others).toEqual([]);
    // oxlint-disable-next-line no-await-in-loop
    await unsuspendPerson({ system: "operator" }, out);
  }
});

test("what happens to an account is on record, by opaque ids only", async () => {
  recordAccountEvents();
  const [browser, phone] = [new Browser(), new Browser()];
  const [email, password] = ["grace@example.com", "correct horse battery staple"];
  const { body } = await browser.call("/sign-up/email", { name: "Grace", email, password });
  const userId: string = body.user.id;
  await phone.call("/sign-in/email", { email, password: "not her password" });
  await phone.call("/sign-in/email", { email: "nobody@example.com", password });
  await phone.call("/sign-in/email", { email, password });
  await phone.call("/sign-out", {});
  const newPassword = "a password of tomorrow";
  await browser.call("/change-password", { currentPassword: password, newPassword });
  await browser.call("/delete-user", { password: newPassword });
  await flushAuditEvents();
  const db = await database();
  const trail = await db
    .select()
    .from(auditEventsTable)
    .where(eq(auditEventsTable.actorId, userId))
    .orderBy(auditEventsTable.at);
  expect(trail.map(({ action }) => action)).toEqual([
    "account.created",
    "session.started",
    "sign_in.failed",
    "session.started",
    "session.ended",
    "password.changed",
    "account.deleted",
  ]);
  expect(
    JSON.stringify(trail, (_key, value: unknown) => (typeof value === "bigint" ? "" : value)),
  ).not.toMatch(/grace|@|horse|tomorrow/i);
  const all = await db.select({ action: auditEventsTable.action }).from(auditEventsTable);
  expect(all.filter(({ action }) => action === "sign_in.failed")).toHaveLength(1);
});
