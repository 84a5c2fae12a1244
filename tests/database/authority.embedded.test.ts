import { randomBytes, randomUUID } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import { eq } from "drizzle-orm";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beginAttempt, endAttempt } from "@/domain/keys/connections/connection-attempts";
import { readAccess } from "@/domain/runs/read-access";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { recordAlteredRows } from "@/domain/vault/authority/record-altered-rows";
import { isOperator } from "@/domain/vault/require-operator";
import { vaultDoctor } from "@/domain/vault/vault-doctor";
import { auth } from "@/lib/auth/auth";
import { userOfBearerToken } from "@/lib/auth/bearer";
import { userOfHeaders } from "@/lib/auth/current-user";
import { database } from "@/lib/db/client";
import {
  accountTable,
  auditEventsTable,
  jwksTable,
  sessionTable,
  userTable,
  vaultStateTable,
  verificationTable,
} from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { type Answer, Browser } from "./auth-browser";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const PASSWORD = "correct horse battery staple";

interface Person {
  id: string;
  email: string;
  browser: Browser;
  sessionId: string;
}

async function someone(): Promise<Person> {
  const [browser, email] = [new Browser(), `${randomUUID()}@example.com`];
  const answer = await browser.call("/sign-up/email", { name: "P", email, password: PASSWORD });
  expect(answer.status).toBe(200);
  return { id: answer.body.user.id, email, browser, sessionId: (await browser.sessionId()) ?? "" };
}

function signIn(email: string, password = PASSWORD): Promise<Answer> {
  return new Browser().call("/sign-in/email", { email, password });
}

async function tokenOf({ browser }: Person): Promise<string> {
  return (await browser.call("/token")).body.token;
}

/** Who a token is taken for, with a message as with everything else. */
async function holderOf(token: string) {
  const authorization = `Bearer ${token}`;
  const holder = await userOfBearerToken(authorization);
  const selection = { payer: "person", provider: "anthropic", model: "claude-haiku-4-5" } as const;
  const withMessage = await readAccess(authorization, { projectId: randomUUID(), selection });
  expect(withMessage?.actor ?? null).toEqual(holder);
  return holder;
}

/** What an attacker does: any SQL, without a key of the installation. Their own rows are genuine. */
let mallory: Person;
let victim: Person;
let first: Person;
beforeAll(async () => {
  recordAlteredRows();
  first = await someone();
});
beforeEach(async () => {
  [mallory, victim] = [await someone(), await someone()];
});

const REFUSED = {
  status: 403,
  body: { code: "account_altered", error: expect.stringContaining("operator") },
};

describe("a writer of the database without keys", () => {
  test.each([
    ["a hash of a password of their own", () => hashPassword("chosen by mallory")],
    ["their own hash", async () => (await accountOf(mallory.id)).password],
    ["their own hash with its MAC", async () => (await accountOf(mallory.id)).password],
  ])("does not sign in as another person after storing %s there", async (name, hash) => {
    const db = await database();
    const password = await hash();
    const mac = name.endsWith("MAC") ? { mac: (await accountOf(mallory.id)).mac } : {};
    await db
      .update(accountTable)
      .set({ password, ...mac })
      .where(eq(accountTable.userId, victim.id));
    const typed = name.startsWith("a hash") ? "chosen by mallory" : PASSWORD;
    expect(await signIn(victim.email, typed)).toMatchObject(REFUSED);
  });

  test("does not sign in as another person by giving them the own sign-in method", async () => {
    const db = await database();
    await db.delete(accountTable).where(eq(accountTable.userId, victim.id));
    await db
      .update(accountTable)
      .set({ userId: victim.id, accountId: victim.id })
      .where(eq(accountTable.userId, mallory.id));
    expect(await signIn(victim.email)).toMatchObject(REFUSED);
  });

  test("does not sign in as another person by linking the own identity at GitHub to them", async () => {
    const { internalAdapter } = await (await auth()).$context;
    const identity = { providerId: "github", accountId: `github-of-${mallory.id}` };
    // What a social sign-in asks: whose is this identity?
    const owner = async () => (await internalAdapter.findAccountOwnerByKey(identity))?.account.userId;
    await internalAdapter.linkAccount({
      ...identity,
      userId: mallory.id,
      accessToken: "sealed by the library",
    });
    expect(await owner()).toBe(mallory.id);
    const db = await database();
    const linked = eq(accountTable.accountId, identity.accountId);
    await db.update(accountTable).set({ userId: victim.id }).where(linked);
    await expect(owner()).rejects.toMatchObject({ body: { code: "account_altered" } });
    await db.delete(accountTable).where(linked);
    await db.insert(accountTable).values({ id: randomUUID(), ...identity, userId: victim.id });
    await expect(owner()).rejects.toMatchObject({ body: { code: "account_altered" } });
  });

  test("reads no token of another person's GitHub account by copying it into the own", async () => {
    const { internalAdapter } = await (await auth()).$context;
    for (const { id } of [mallory, victim]) {
      const accessToken = `encrypted by the library for ${id}`;
      await internalAdapter.linkAccount({ providerId: "github", accountId: id, userId: id, accessToken });
    }
    const [mine] = (await internalAdapter.findAccounts(mallory.id)).filter(
      (each) => each.providerId === "github",
    );
    await internalAdapter.updateAccount(mine?.id ?? "", { accessToken: "a fresh one" });
    expect(await internalAdapter.findAccounts(mallory.id)).toContainEqual(
      expect.objectContaining({ accessToken: "a fresh one" }),
    );
    const db = await database();
    await db
      .update(accountTable)
      .set({ accessToken: `encrypted by the library for ${victim.id}` })
      .where(eq(accountTable.id, mine?.id ?? ""));
    await expect(internalAdapter.findAccounts(mallory.id)).rejects.toMatchObject({
      body: { code: "account_altered" },
    });
  });

  test("is not another person after changing whose their session is", async () => {
    const db = await database();
    await db.update(sessionTable).set({ userId: victim.id }).where(eq(sessionTable.id, mallory.sessionId));
    expect(await mallory.browser.sessionId()).toBeNull();
    expect((await mallory.browser.call("/token")).status).toBe(401);
    expect((await victim.browser.call("/list-sessions")).body).toHaveLength(1);
  });

  test("is not another person after giving the own session the id and MAC of theirs", async () => {
    const db = await database();
    const [theirs] = await db.select().from(sessionTable).where(eq(sessionTable.id, victim.sessionId));
    await db.delete(sessionTable).where(eq(sessionTable.id, victim.sessionId));
    await db
      .update(sessionTable)
      .set({ id: victim.sessionId, userId: victim.id, mac: theirs?.mac ?? null })
      .where(eq(sessionTable.id, mallory.sessionId));
    expect(await mallory.browser.sessionId()).toBeNull();
  });

  test("is not another person by a signing key and a session of their own making", async () => {
    expect(await holderOf(await tokenOf(victim))).toMatchObject({ userId: victim.id });
    const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    const [kid, sid] = [randomUUID(), randomUUID()];
    const db = await database();
    await db.insert(jwksTable).values({
      id: kid,
      publicKey: JSON.stringify(await exportJWK(publicKey)),
      privateKey: JSON.stringify(await exportJWK(privateKey)),
      alg: "EdDSA",
      crv: "Ed25519",
      createdAt: new Date(),
    });
    const expiresAt = new Date(Date.now() + 60_000);
    await db.insert(sessionTable).values({ id: sid, token: randomUUID(), userId: victim.id, expiresAt });
    const { APP_URL } = environment();
    const forged = (session: string) =>
      new SignJWT({ sid: session })
        .setProtectedHeader({ alg: "EdDSA", kid })
        .setSubject(victim.id)
        .setIssuer(APP_URL)
        .setAudience(APP_URL)
        .setExpirationTime("5m")
        .sign(privateKey);
    for (const session of [sid, victim.sessionId]) {
      expect(await holderOf(await forged(session))).toBeNull();
    }
    // The newest key would sign: it is passed over, and tokens are made and taken as before.
    expect(await holderOf(await tokenOf(victim))).toMatchObject({ userId: victim.id });
  });

  test("is not another person by a genuine token for a session they put into the database", async () => {
    const token = await tokenOf(mallory);
    const db = await database();
    await db.update(sessionTable).set({ userId: victim.id }).where(eq(sessionTable.id, mallory.sessionId));
    await db.update(sessionTable).set({ userId: mallory.id }).where(eq(sessionTable.id, victim.sessionId));
    expect(await holderOf(token)).toBeNull();
    // Nor does a session that ended go on by a row put in its place.
    const [id, expiresAt] = [mallory.sessionId, new Date(Date.now() + 60_000)];
    await db.delete(sessionTable).where(eq(sessionTable.id, id));
    await db.insert(sessionTable).values({ id, token: randomUUID(), userId: mallory.id, expiresAt });
    expect(await holderOf(token)).toBeNull();
  });

  test("sets no password by a proof of a reset that the product did not issue", async () => {
    const db = await database();
    const token = randomBytes(32).toString("base64url");
    await db.insert(verificationTable).values({
      id: randomUUID(),
      identifier: `reset-password:${token}`,
      value: victim.id,
      expiresAt: new Date(Date.now() + 60_000),
    });
    const answer = await new Browser().call("/reset-password", {
      token,
      newPassword: "chosen by mallory",
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "link_invalid" } });
    expect((await signIn(victim.email)).status).toBe(200);
    expect((await signIn(victim.email, "chosen by mallory")).status).toBe(401);
  });

  test("connects no account in another person's session", async () => {
    const state = await beginAttempt("openrouter", mallory.sessionId);
    const db = await database();
    await db.update(verificationTable).set({ value: victim.sessionId });
    expect(await endAttempt("openrouter", victim.sessionId, state)).toBe("unknown");
  });

  test("changes no address of another person: neither address signs in, or signs up again", async () => {
    const db = await database();
    const email = `${randomUUID()}@example.com`;
    await db.update(userTable).set({ email, emailVerified: true }).where(eq(userTable.id, victim.id));
    expect(await signIn(email)).toMatchObject(REFUSED);
    expect(
      await new Browser().call("/sign-up/email", { name: "M", email, password: PASSWORD }),
    ).toMatchObject(REFUSED);
    expect(await victim.browser.call("/get-session")).toMatchObject(REFUSED);
    await expect(userOfHeaders(new Headers({ cookie: victim.browser.cookie }))).rejects.toMatchObject({
      name: "AppError",
      code: "account_altered",
    });
  });

  test("does not become operator: by the record of the first account, by its mark, or by erasing both", async () => {
    const db = await database();
    expect(await isOperator({ userId: first.id })).toBe(true);
    await db.update(vaultStateTable).set({ firstAccountId: mallory.id });
    expect(await isOperator({ userId: mallory.id })).toBe(false);
    expect((await vaultDoctor()).map(({ sentence }) => sentence)).toContainEqual(
      expect.stringContaining("the record of the first account was changed"),
    );
    await db.update(userTable).set({ isFirst: true }).where(eq(userTable.id, mallory.id));
    expect(await isOperator({ userId: mallory.id })).toBe(false);
    await db.update(vaultStateTable).set({ firstAccountId: null });
    const again = await someone();
    expect(await isOperator({ userId: again.id })).toBe(false);
    await db.update(vaultStateTable).set({ firstAccountId: first.id });
    expect(await isOperator({ userId: first.id })).toBe(true);
  });

  test("does not become operator by the address of one", async () => {
    Object.assign(environment(), { OPERATOR_EMAILS: [victim.email, "ops@example.com"] });
    try {
      expect(await isOperator({ userId: victim.id })).toBe(true);
      const db = await database();
      await db.update(userTable).set({ email: "ops@example.com" }).where(eq(userTable.id, mallory.id));
      expect(await isOperator({ userId: mallory.id })).toBe(false);
    } finally {
      Object.assign(environment(), { OPERATOR_EMAILS: [] });
    }
  });

  test("is on record, and the doctor names what was written", async () => {
    const db = await database();
    const { id } = await accountOf(victim.id);
    await db.update(accountTable).set({ mac: null }).where(eq(accountTable.id, id));
    expect(await signIn(victim.email)).toMatchObject(REFUSED);
    await flushAuditEvents();
    const records = await db
      .select({ objectId: auditEventsTable.objectId })
      .from(auditEventsTable)
      .where(eq(auditEventsTable.action, "account.altered"));
    expect(records).toContainEqual({ objectId: `account:${id}` });
    expect((await vaultDoctor()).map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/^\d+ sign-in methods \(table account/),
    );
  });
});

describe("what people do", () => {
  test("signs what it writes: password change, name change, a second device, and signing out elsewhere", async () => {
    const phone = new Browser();
    expect((await phone.call("/sign-in/email", { email: victim.email, password: PASSWORD })).status).toBe(
      200,
    );
    expect((await victim.browser.call("/update-user", { name: "Victoria" })).status).toBe(200);
    const sessions = await victim.browser.call("/list-sessions");
    expect(sessions.body).toHaveLength(2);
    const newPassword = "a password of tomorrow";
    const change = { currentPassword: PASSWORD, newPassword, revokeOtherSessions: true };
    expect((await victim.browser.call("/change-password", change)).status).toBe(200);
    expect(await phone.sessionId()).toBeNull();
    expect((await signIn(victim.email, newPassword)).status).toBe(200);
    expect((await signIn(victim.email)).status).toBe(401);
    expect((await victim.browser.call("/delete-user", { password: newPassword })).status).toBe(200);
    // Nothing the browser was told carries a MAC.
    expect(JSON.stringify([sessions.body, (await mallory.browser.call("/get-session")).body])).not.toMatch(
      /"mac"|isFirst/,
    );
  });
});

async function accountOf(userId: string) {
  const db = await database();
  const [row] = await db.select().from(accountTable).where(eq(accountTable.userId, userId));
  if (!row) throw new Error("no such account");
  return row;
}
