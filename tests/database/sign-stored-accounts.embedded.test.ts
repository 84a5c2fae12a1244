import { randomBytes, randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { prepareAuthority } from "@/domain/vault/authority/prepare-authority";
import { isOperator } from "@/domain/vault/require-operator";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { forgetAuthorityKey } from "@/lib/auth/authority/authority-key";
import { database } from "@/lib/db/client";
import {
  accountTable,
  auditEventsTable,
  authorityKeyTable,
  jwksTable,
  sessionTable,
  userTable,
  verificationTable,
} from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { Browser } from "./auth-browser";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const PASSWORD = "correct horse battery staple";
const TABLES = [userTable, accountTable, sessionTable] as const;

let ada: { browser: Browser; email: string; id: string };
beforeEach(async () => {
  const db = await database();
  // Whatever the test before left.
  Object.assign(environment(), { UNSIGNED_ACCOUNTS: "sign" });
  await prepareAuthority();
  Object.assign(environment(), { UNSIGNED_ACCOUNTS: undefined });
  const [browser, email] = [new Browser(), `${randomUUID()}@example.com`];
  const answer = await browser.call("/sign-up/email", { name: "Ada", email, password: PASSWORD });
  ada = { browser, email, id: answer.body.user.id };
  await db.insert(verificationTable).values({
    id: randomUUID(),
    identifier: "reset-password:left-over",
    value: ada.id,
    expiresAt: new Date(Date.now() + 60_000),
  });
});

function signIn() {
  return new Browser().call("/sign-in/email", { email: ada.email, password: PASSWORD });
}

/** As the version before left the database: the rows have no MAC, and there is no key. */
async function forgetSigning({ andTheRecord }: { andTheRecord: boolean }): Promise<void> {
  const db = await database();
  for (const table of [...TABLES, jwksTable]) await db.update(table).set({ mac: null });
  await db.delete(authorityKeyTable);
  if (andTheRecord) await db.execute(sql`alter table audit_events disable trigger all`);
  if (andTheRecord) await db.delete(auditEventsTable).where(eq(auditEventsTable.action, "accounts.signed"));
  if (andTheRecord) await db.execute(sql`alter table audit_events enable trigger all`);
  forgetAuthorityKey();
}

async function recordsOfSigning() {
  const db = await database();
  const records = await db
    .select({ detail: auditEventsTable.detail })
    .from(auditEventsTable)
    .where(eq(auditEventsTable.action, "accounts.signed"));
  return records.map(({ detail }) => detail);
}

describe("an installation of the version before", () => {
  beforeEach(() => forgetSigning({ andTheRecord: true }));

  test("is signed once by its first start: people stay signed in, can sign in, and the operator operates", async () => {
    const db = await database();
    await db.update(userTable).set({ isFirst: sql`id = (select first_account_id from vault_state)` });
    const [first] = await db.select().from(userTable).where(eq(userTable.isFirst, true));
    // Two servers at once.
    await Promise.all([prepareAuthority(), prepareAuthority()]);
    expect(await recordsOfSigning()).toMatchObject([{ first: true, users: expect.any(Number) }]);
    expect(await ada.browser.sessionId()).not.toBeNull();
    expect((await signIn()).status).toBe(200);
    expect(await isOperator({ userId: first?.id ?? "" })).toBe(true);
    // What a stranger may have left there is not signed.
    expect(await db.select().from(verificationTable)).toEqual([]);
    expect(await db.select().from(jwksTable)).toEqual([]);
    expect((await ada.browser.call("/token")).status).toBe(200);
  });

  test("is not signed while the operator refuses", async () => {
    Object.assign(environment(), { UNSIGNED_ACCOUNTS: "refuse" });
    await expect(prepareAuthority()).rejects.toMatchObject({ code: "environment_invalid" });
    expect(await recordsOfSigning()).toEqual([]);
  });
});

describe("an installation that was signed", () => {
  test("is not signed again because a writer removed the key and every MAC: the record of the first time is left", async () => {
    await forgetSigning({ andTheRecord: false });
    await expect(prepareAuthority()).rejects.toThrow(/accounts were signed before/);
  });

  test.each(TABLES)("nor because the record was removed, while any row has a MAC (%#)", async (table) => {
    const db = await database();
    const [kept] = await db.select({ mac: table.mac }).from(table).limit(1);
    await forgetSigning({ andTheRecord: true });
    await db.update(table).set({ mac: kept?.mac ?? null });
    await expect(prepareAuthority()).rejects.toThrow(/accounts were signed before/);
  });

  test("a row put there later is not signed by a restart", async () => {
    const db = await database();
    await db.update(accountTable).set({ mac: null }).where(eq(accountTable.userId, ada.id));
    await prepareAuthority();
    expect((await signIn()).body).toMatchObject({ code: "account_altered" });
  });

  test("is signed as it is when the operator says so, once; sessions nobody signed end", async () => {
    const db = await database();
    await db.update(accountTable).set({ mac: null }).where(eq(accountTable.userId, ada.id));
    await db.update(sessionTable).set({ mac: null });
    Object.assign(environment(), { UNSIGNED_ACCOUNTS: "sign" });
    await prepareAuthority();
    expect((await signIn()).status).toBe(200);
    expect(await ada.browser.sessionId()).toBeNull();
  });
});

async function changeSecret(): Promise<void> {
  Object.assign(environment(), { BETTER_AUTH_SECRET: randomBytes(32).toString("hex") });
  await prepareAuthority();
}

describe("a new BETTER_AUTH_SECRET", () => {
  test("leaves passwords as they are, also after a rotation of the data keys destroyed what nothing needs", async () => {
    const db = await database();
    const macs = async () =>
      (await db.select({ mac: accountTable.mac }).from(accountTable)).map(({ mac }) => mac);
    const before = await macs();
    await changeSecret();
    expect((await signIn()).status).toBe(200);
    // Who has the old secret and a copy of the database has the key these were made with.
    expect((await macs()).filter((mac) => before.includes(mac))).toEqual([]);
    const rotation = { kind: "data_keys", dryRun: false } as const;
    const { id } = await startKeyRotation({ system: "operator" }, rotation);
    expect(await runKeyRotation(id, { worker: "w1", batchRows: 200 })).toBe("finished");
    await changeSecret();
    expect((await signIn()).status).toBe(200);
  });

  test("signs nothing that was altered before", async () => {
    const db = await database();
    await db.update(accountTable).set({ mac: "forged" }).where(eq(accountTable.userId, ada.id));
    await changeSecret();
    expect((await signIn()).body).toMatchObject({ code: "account_altered" });
  });

  test("together with other encryption keys is told at the start, and the operator decides", async () => {
    const db = await database();
    await db.update(authorityKeyTable).set({ underVault: null, dataKeyId: null });
    await expect(changeSecret()).rejects.toThrow(/Put one of them back.*UNSIGNED_ACCOUNTS=sign/);
    Object.assign(environment(), { UNSIGNED_ACCOUNTS: "sign" });
    await prepareAuthority();
    expect((await signIn()).status).toBe(200);
  });
});
