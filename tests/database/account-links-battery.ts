import { createHash, randomBytes, randomUUID } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import { eq } from "drizzle-orm";
import PQueue from "p-queue";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeAccountLink } from "@/lib/auth/account-links";
import { auth } from "@/lib/auth/auth";
import { database } from "@/lib/db/client";
import { accountLinksTable, sessionTable, userTable, vaultStateTable } from "@/lib/db/schema";
import { type Environment, environment } from "@/lib/env.server";
import { oncePerProcess } from "@/lib/once-per-process";
import { type Answer, Browser } from "./auth-browser";

const PASSWORD = "correct horse battery staple";
const NEW_PASSWORD = "a password of tomorrow";

const newEmail = () => `${randomUUID()}@example.com`;
const tokenIn = (url: string) => url.split("=").at(-1) ?? "";

function setSignUp(mode: Environment["SIGN_UP"]): void {
  Object.assign(environment(), { SIGN_UP: mode });
}

function signUp(more: { email?: string; invitation?: string; password?: string } = {}): Promise<Answer> {
  return new Browser().call("/sign-up/email", {
    name: "Ada",
    email: newEmail(),
    password: PASSWORD,
    ...more,
  });
}

async function invite(email: string | null = null): Promise<{ id: string; token: string }> {
  const { id, url } = await makeAccountLink(await database(), { kind: "invitation", email });
  return { id, token: tokenIn(url) };
}

async function resetLinkFor(userId: string): Promise<{ id: string; token: string }> {
  const { id, url } = await makeAccountLink(await database(), { kind: "password_reset", userId });
  return { id, token: tokenIn(url) };
}

async function linkRow(id: string) {
  const db = await database();
  const [row] = await db.select().from(accountLinksTable).where(eq(accountLinksTable.id, id));
  return row;
}

async function changeLink(id: string, change: { expiresAt?: Date; revokedAt?: Date }): Promise<void> {
  const db = await database();
  await db.update(accountLinksTable).set(change).where(eq(accountLinksTable.id, id));
}

/** Nobody has an account, as after an installation. */
async function empty(): Promise<void> {
  const db = await database();
  await db.delete(userTable);
  await db.update(vaultStateTable).set({ firstAccountId: null });
}

const statuses = (answers: Answer[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b);

/** A person who is signed in on a laptop. */
async function someone() {
  const [email, laptop] = [newEmail(), new Browser()];
  const answer = await laptop.call("/sign-up/email", { name: "Grace", email, password: PASSWORD });
  return { email, laptop, userId: answer.body.user.id as string };
}

function reset(token: string, newPassword = NEW_PASSWORD): Promise<Answer> {
  return new Browser().call("/reset-password", { token, newPassword });
}

function signIn(email: string, password: string): Promise<Answer> {
  return new Browser().call("/sign-in/email", { email, password });
}

/** On both databases: what happens once is decided by locks, and one of them has a single connection. */
export function accountLinksBattery(): void {
  beforeAll(async () => {
    await auth();
  });
  afterEach(() => setSignUp("open"));

  describe("when sign-up is closed", () => {
    test("the first account is made, once, by whoever of several comes first", async () => {
      await empty();
      setSignUp("closed");
      const answers = await Promise.all(Array.from({ length: 6 }, () => signUp()));
      expect(statuses(answers)).toEqual([200, 403, 403, 403, 403, 403]);
      expect(answers.find(({ status }) => status === 403)?.body).toMatchObject({
        code: "sign_up_closed",
        error: expect.stringContaining("ask its operator"),
        action: "sign_in",
      });
      expect(await (await database()).select().from(userTable)).toHaveLength(1);
    });

    test("no other is, not with an invitation either, and it does not tell which addresses have one", async () => {
      const email = newEmail();
      await signUp({ email });
      const { id, token } = await invite();
      setSignUp("closed");
      const answers = await Promise.all([signUp(), signUp({ email }), signUp({ invitation: token })]);
      expect(statuses(answers)).toEqual([403, 403, 403]);
      expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(["sign_up_closed"]));
      expect(await linkRow(id)).toMatchObject({ usedAt: null });
    });
  });

  describe("when sign-up is for the invited", () => {
    beforeAll(async () => {
      await signUp();
    });

    test("an account takes an invitation, which is used once, by whoever of several comes first", async () => {
      setSignUp("invited");
      expect(await signUp()).toMatchObject({ status: 403, body: { code: "invitation_required" } });
      const { id, token } = await invite();
      const answers = await Promise.all(Array.from({ length: 5 }, () => signUp({ invitation: token })));
      expect(statuses(answers)).toEqual([200, 403, 403, 403, 403]);
      const made = answers.find(({ status }) => status === 200);
      expect(await linkRow(id)).toMatchObject({ usedAt: expect.any(Date), usedBy: made?.body.user.id });
      expect(await signUp({ invitation: token })).toMatchObject({
        status: 403,
        body: { code: "link_invalid" },
      });
    });

    test.each(["expired", "revoked", "unknown", "garbage"])("not one that is %s", async (kind) => {
      setSignUp("invited");
      const { id, token } = await invite();
      if (kind === "expired") await changeLink(id, { expiresAt: new Date(Date.now() - 1000) });
      if (kind === "revoked") await changeLink(id, { revokedAt: new Date() });
      const shown = kind === "unknown" ? "A".repeat(43) : kind === "garbage" ? "' or 1=1" : token;
      expect(await signUp({ invitation: shown })).toMatchObject({
        status: 403,
        body: { code: "link_invalid", error: expect.stringContaining("Ask") },
      });
    });

    test("one for an address is for no other, however the address is written", async () => {
      setSignUp("invited");
      const email = newEmail();
      const { token } = await invite(email);
      expect(await signUp({ invitation: token })).toMatchObject({
        status: 403,
        body: { code: "link_invalid", error: expect.stringContaining("another email address") },
      });
      expect((await signUp({ invitation: token, email: email.toUpperCase() })).status).toBe(200);
    });

    test("a sign-up that fails leaves the invitation as it was", async () => {
      const email = newEmail();
      await signUp({ email });
      setSignUp("invited");
      const { token } = await invite();
      expect((await signUp({ invitation: token, email })).status).toBe(422);
      expect((await signUp({ invitation: token })).status).toBe(200);
    });

    test("a password-reset link is no invitation", async () => {
      const { body } = await signUp();
      const { token } = await resetLinkFor(body.user.id);
      setSignUp("invited");
      expect(await signUp({ invitation: token })).toMatchObject({ status: 403 });
    });
  });

  test("what names a person goes with their account, and links long expired go with the next one", async () => {
    const email = newEmail();
    const [used, old] = [await invite(email), await invite()];
    const browser = new Browser();
    const invitation = used.token;
    await browser.call("/sign-up/email", { name: "Ina", email, password: PASSWORD, invitation });
    expect(await linkRow(used.id)).toMatchObject({ usedBy: expect.any(String) });
    expect((await browser.call("/delete-user", { password: PASSWORD })).status).toBe(200);
    expect(await linkRow(used.id)).toBeUndefined();
    await changeLink(old.id, { expiresAt: new Date(Date.now() - 31 * 86_400_000) });
    await invite();
    expect(await linkRow(old.id)).toBeUndefined();
  });

  test("a link's token is stored as its SHA-256 only, and has 256 bits", async () => {
    const { id, token } = await invite();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const row = await linkRow(id);
    expect(row?.tokenHash).toBe(createHash("sha256").update(token).digest("hex"));
    expect(JSON.stringify(row)).not.toContain(token);
  });

  describe("a link to set a password", () => {
    test("is not undone by a sign-in or a change of the password that was being checked when it was used", async () => {
      const { email, laptop, userId } = await someone();
      const { internalAdapter } = await (await auth()).$context;
      const newHash = await hashPassword(NEW_PASSWORD);
      const queue = oncePerProcess("passwordHashing", (): PQueue => new PQueue()).get();
      let release: (() => void) | undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const busy = [queue.add(() => held), queue.add(() => held)];
      const change = {
        currentPassword: PASSWORD,
        newPassword: "chosen by mallory",
        revokeOtherSessions: true,
      };
      const answers = [signIn(email, PASSWORD), laptop.call("/change-password", change)];
      await expect.poll(() => queue.size).toBe(2);
      await internalAdapter.updatePassword(userId, newHash);
      release?.();
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 401]);
      await Promise.all(busy);
      expect((await signIn(email, "chosen by mallory")).status).toBe(401);
      expect((await signIn(email, NEW_PASSWORD)).status).toBe(200);
      const db = await database();
      const sessions = await db.select().from(sessionTable).where(eq(sessionTable.userId, userId));
      // The one on the laptop, whose end is the reset's own, and the last.
      expect(sessions).toHaveLength(2);
    });

    test("sets it, once, ends every session of the person and voids their other links", async () => {
      const { email, laptop, userId } = await someone();
      const other = await someone();
      const [older, link] = [await resetLinkFor(userId), await resetLinkFor(userId)];
      const answers = await Promise.all(
        [1, 2, 3].map((n) => reset(link.token, `a password of tomorrow ${n}`)),
      );
      expect(statuses(answers)).toEqual([200, 403, 403]);
      expect(await laptop.sessionId()).toBeNull();
      expect(await other.laptop.sessionId()).not.toBeNull();
      const winner = answers.findIndex(({ status }) => status === 200) + 1;
      expect((await signIn(email, PASSWORD)).status).toBe(401);
      expect((await signIn(email, `a password of tomorrow ${winner}`)).status).toBe(200);
      expect(await reset(older.token)).toMatchObject({ status: 403, body: { code: "link_invalid" } });
      expect(await linkRow(link.id)).toMatchObject({ usedBy: userId });
    });

    test("refuses what would be guessed or is too short, and stays usable", async () => {
      const { email, userId } = await someone();
      const { token } = await resetLinkFor(userId);
      for (const [password, code] of [
        ["password", "password_guessable"],
        [email, "password_guessable"],
        ["1234567", "invalid_request"],
        ["x".repeat(129), "invalid_request"],
      ] as const) {
        expect(await reset(token, password)).toMatchObject({ status: 400, body: { code } });
      }
      expect((await reset(token)).status).toBe(200);
    });

    test("is of no use after another change of the password, nor while its person is suspended", async () => {
      const { laptop, userId } = await someone();
      const { token } = await resetLinkFor(userId);
      const db = await database();
      await db.update(userTable).set({ suspendedAt: new Date() }).where(eq(userTable.id, userId));
      expect(await reset(token)).toMatchObject({ status: 403, body: { code: "account_suspended" } });
      await db.update(userTable).set({ suspendedAt: null }).where(eq(userTable.id, userId));
      const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      expect((await laptop.call("/change-password", change)).status).toBe(200);
      expect(await reset(token)).toMatchObject({ status: 403, body: { code: "link_invalid" } });
    });

    test("cannot be made, moved to another person or prolonged by a writer of the database", async () => {
      const [victim, attacker] = [await someone(), await someone()];
      const db = await database();
      const own = await resetLinkFor(attacker.userId);
      const row = await linkRow(own.id);
      if (!row) throw new Error("the link was not stored");
      const token = randomBytes(32).toString("base64url");
      const tokenHash = createHash("sha256").update(token).digest("hex");
      await db
        .insert(accountLinksTable)
        .values({ ...row, id: randomUUID(), userId: victim.userId, tokenHash });
      expect(await reset(token)).toMatchObject({ status: 403, body: { code: "link_invalid" } });
      const isOwn = eq(accountLinksTable.id, own.id);
      await db.update(accountLinksTable).set({ userId: victim.userId }).where(isOwn);
      expect(await reset(own.token)).toMatchObject({ status: 403, body: { code: "link_invalid" } });
      const later = new Date(Date.now() + 30 * 86_400_000);
      await db.update(accountLinksTable).set({ userId: attacker.userId, expiresAt: later }).where(isOwn);
      expect(await reset(own.token)).toMatchObject({ status: 403, body: { code: "link_invalid" } });
      await db.update(accountLinksTable).set({ expiresAt: row.expiresAt }).where(isOwn);
      expect((await reset(own.token)).status).toBe(200);
      expect((await signIn(victim.email, PASSWORD)).status).toBe(200);
    });

    test("tells before a form is shown whose password it sets, and whether it can be used", async () => {
      const { email, userId } = await someone();
      const { id, token } = await resetLinkFor(userId);
      const check = (kind: string) => new Browser().call("/check-link", { kind, token });
      expect(await check("password_reset")).toMatchObject({ status: 200, body: { email } });
      expect(await check("invitation")).toMatchObject({ status: 403, body: { code: "link_invalid" } });
      await changeLink(id, { revokedAt: new Date() });
      expect(await check("password_reset")).toMatchObject({ status: 403 });
    });
  });

  test("a password that would be guessed is refused at a sign-up and a change", async () => {
    const email = newEmail();
    for (const password of ["password", "Password1", "12345678", email, "orchestral1"]) {
      expect(await signUp({ email, password })).toMatchObject({
        status: 400,
        body: { code: "password_guessable", error: expect.stringContaining("Choose another one") },
      });
    }
    const browser = new Browser();
    await browser.call("/sign-up/email", { name: "Ada", email, password: PASSWORD });
    for (const newPassword of ["password", email]) {
      expect(
        await browser.call("/change-password", { currentPassword: PASSWORD, newPassword }),
      ).toMatchObject({
        status: 400,
        body: { code: "password_guessable" },
      });
    }
  });

  test("a session cannot begin once its person is suspended, even if the sign-in was checked before", async () => {
    const { body } = await signUp();
    const db = await database();
    await db.update(userTable).set({ suspendedAt: new Date() }).where(eq(userTable.id, body.user.id));
    const session = { id: randomUUID(), token: randomUUID(), userId: body.user.id, expiresAt: new Date() };
    await expect(db.insert(sessionTable).values(session)).rejects.toMatchObject({
      cause: { message: expect.stringContaining("suspended") },
    });
  });
}
