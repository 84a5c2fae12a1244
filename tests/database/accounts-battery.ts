import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { holdSessionKey, keysOfSession } from "@/domain/keys/sources/session/session-key-store";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { createProject } from "@/domain/projects/create-project";
import { auth } from "@/lib/auth/auth";
import { database } from "@/lib/db/client";
import {
  accountTable,
  dataKeysTable,
  projectsTable,
  sessionTable,
  userAiApiKeysTable,
  userTable,
} from "@/lib/db/schema";
import { type Answer, Browser } from "./auth-browser";

const PASSWORD = "correct horse battery staple";
const NEW_PASSWORD = "a password of tomorrow";

type Table = "user" | "account" | "session";

afterEach(async () => {
  const db = await database();
  for (const table of ["user", "account", "session"] as const) {
    await db.execute(sql`drop trigger if exists refuse_in_test on ${sql.identifier(table)}`);
  }
});

/** From now on the database refuses this, as it may when it is out of space, time or connections. */
async function refuse(act: "insert" | "delete", table: Table): Promise<void> {
  const db = await database();
  await db.execute(
    sql`create or replace function refuse_in_test() returns trigger language plpgsql as
      $$ begin raise exception 'refused in a test'; end $$`,
  );
  await db.execute(
    sql`create trigger refuse_in_test before ${sql.raw(act)} on ${sql.identifier(table)}
      for each row execute function refuse_in_test()`,
  );
}

async function allow(table: Table): Promise<void> {
  const db = await database();
  await db.execute(sql`drop trigger refuse_in_test on ${sql.identifier(table)}`);
}

function newEmail(): string {
  return `${randomUUID()}@example.com`;
}

function signUp(browser: Browser, email: string): Promise<Answer> {
  return browser.call("/sign-up/email", { name: "Ada", email, password: PASSWORD });
}

function signIn(browser: Browser, email: string, password = PASSWORD): Promise<Answer> {
  return browser.call("/sign-in/email", { email, password });
}

function deleteAccount(browser: Browser): Promise<Answer> {
  return browser.call("/delete-user", { password: PASSWORD });
}

/** A person on two devices, with a session key on each, a saved key and a project. */
async function someone() {
  const [email, laptop, phone] = [newEmail(), new Browser(), new Browser()];
  const userId: string = (await signUp(laptop, email)).body.user.id;
  expect((await signIn(phone, email)).status).toBe(200);
  const sessions: string[] = [];
  for (const device of [laptop, phone]) {
    const sessionId = (await device.sessionId()) ?? "";
    holdSessionKey(
      { userId, sessionId, provider: "anthropic", label: "For today", baseUrl: null },
      `sk-ant-api03-of-session-${sessionId}`,
    );
    sessions.push(sessionId);
  }
  await saveStoredKey({ userId }, { provider: "anthropic", apiKey: `sk-ant-api03-of-${userId}-0123456789` });
  await createProject({ userId }, { name: "A" });
  return { userId, email, laptop, phone, sessions };
}

async function rowsOf(userId: string) {
  const db = await database();
  return {
    user: await db.select().from(userTable).where(eq(userTable.id, userId)),
    accounts: await db.select().from(accountTable).where(eq(accountTable.userId, userId)),
    sessions: await db.select().from(sessionTable).where(eq(sessionTable.userId, userId)),
    projects: await db.select().from(projectsTable).where(eq(projectsTable.userId, userId)),
    keys: await db.select().from(userAiApiKeysTable).where(eq(userAiApiKeysTable.userId, userId)),
    dataKeys: await db
      .select({ state: dataKeysTable.state })
      .from(dataKeysTable)
      .where(eq(dataKeysTable.ownerId, userId)),
  };
}

function held(sessions: string[]): number[] {
  return sessions.map((sessionId) => keysOfSession(sessionId).length);
}

/**
 * What creating and deleting accounts guarantees when the database fails midway. On both databases: a
 * transaction holds one connection of several, or the only one.
 */
export function accountsBattery(): void {
  // Opening a database and creating its tables is slow.
  beforeAll(async () => {
    await auth();
  });

  describe("deleting an account", () => {
    test("takes everything along, forgets the keys of every session, and clears the cookie", async () => {
      const { userId, laptop, phone, sessions } = await someone();
      const other = await someone();
      expect(held(sessions)).toEqual([1, 1]);
      const answer = await deleteAccount(laptop);
      expect(answer).toMatchObject({ status: 200, body: { success: true, message: "User deleted" } });
      expect(answer.cookies).toContainEqual(
        expect.stringMatching(/^orchestral\.session_token=;.*Max-Age=0(;|$)/i),
      );
      expect(await rowsOf(userId)).toEqual({
        user: [],
        accounts: [],
        sessions: [],
        projects: [],
        keys: [],
        dataKeys: [{ state: "destroyed" }],
      });
      expect(held(sessions)).toEqual([0, 0]);
      expect(await phone.sessionId()).toBeNull();
      expect(held(other.sessions)).toEqual([1, 1]);
      expect(await other.phone.sessionId()).toBe(other.sessions[1]);
    });

    test("changes nothing when it fails: sessions, password and keys are there, and it can be done again", async () => {
      const { userId, email, laptop, phone, sessions } = await someone();
      const before = await rowsOf(userId);
      await refuse("delete", "user");
      expect(await deleteAccount(laptop)).toMatchObject({
        status: 500,
        body: { code: "internal_error", error: expect.stringContaining("Nothing was changed") },
        cookies: [],
      });
      expect(await rowsOf(userId)).toEqual(before);
      expect(held(sessions)).toEqual([1, 1]);
      expect([await laptop.sessionId(), await phone.sessionId()]).toEqual(sessions);
      const tablet = new Browser();
      expect((await signIn(tablet, email)).status).toBe(200);

      await allow("user");
      expect((await deleteAccount(tablet)).status).toBe(200);
      expect((await rowsOf(userId)).user).toEqual([]);
      expect(held(sessions)).toEqual([0, 0]);
      expect((await signUp(new Browser(), email)).status).toBe(200);
    });

    test("is done once when two devices ask at the same moment", async () => {
      const { userId, laptop, phone, sessions } = await someone();
      const statuses = (await Promise.all([deleteAccount(laptop), deleteAccount(phone)])).map(
        ({ status }) => status,
      );
      // The second request finds the account deleted: as if it had deleted it, or without a session or
      // password.
      expect(statuses).toContain(200);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect((await rowsOf(userId)).user).toEqual([]);
      expect(held(sessions)).toEqual([0, 0]);
    });
  });

  describe("making an account", () => {
    test.each(["account", "session"] as const)(
      "leaves the e-mail address free when it fails at the table %s",
      async (table) => {
        const email = newEmail();
        await refuse("insert", table);
        expect((await signUp(new Browser(), email)).status).toBe(500);
        const db = await database();
        expect(await db.select().from(userTable).where(eq(userTable.email, email))).toEqual([]);

        await allow(table);
        const browser = new Browser();
        expect((await signUp(browser, email)).status).toBe(200);
        expect(await browser.sessionId()).not.toBeNull();
        expect((await signIn(new Browser(), email)).status).toBe(200);
      },
    );

    test("one e-mail address taken by several at the same moment makes one account", async () => {
      const email = newEmail();
      const answers = await Promise.all(Array.from({ length: 5 }, () => signUp(new Browser(), email)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(4);
      const db = await database();
      expect(await db.select().from(userTable).where(eq(userTable.email, email))).toHaveLength(1);
    });

    test("many at the same moment are all made", async () => {
      // More than the pool of Postgres has connections; the embedded database has one.
      const people = Array.from({ length: 16 }, () => ({ browser: new Browser(), email: newEmail() }));
      const answers = await Promise.all(people.map(({ browser, email }) => signUp(browser, email)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    });
  });

  describe("changing the password", () => {
    test("changes nothing when it fails: the other devices stay signed in, the old password holds", async () => {
      const { email, laptop, phone, sessions } = await someone();
      const change = () =>
        laptop.call("/change-password", {
          currentPassword: PASSWORD,
          newPassword: NEW_PASSWORD,
          revokeOtherSessions: true,
        });
      await refuse("insert", "session");
      expect((await change()).status).toBe(500);
      await allow("session");
      expect([await laptop.sessionId(), await phone.sessionId()]).toEqual(sessions);
      expect(held(sessions)).toEqual([1, 1]);
      expect((await signIn(new Browser(), email, NEW_PASSWORD)).status).toBe(401);
      expect((await signIn(new Browser(), email)).status).toBe(200);

      expect((await change()).status).toBe(200);
      expect(await phone.sessionId()).toBeNull();
      expect(await laptop.sessionId()).not.toBeNull();
      expect(held(sessions)).toEqual([0, 0]);
      expect((await signIn(new Browser(), email, NEW_PASSWORD)).status).toBe(200);
    });
  });
}
