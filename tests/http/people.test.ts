import { randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ANTHROPIC_ADMIN_DEMO_KEY } from "../../demo/stand-in/dialects/anthropic/demo-keys";
import { type AppServer, startAppServer } from "../support/app-server";
import { HttpPerson } from "../support/http-person";
import { WEBHOOK_ADDRESS } from "./support/api-routes";
import { sql } from "./support/database";
import { everythingOf } from "./support/everything-of";
import { newPerson } from "./support/new-person";
import { countUses, forgetUses, fromElsewhere, usesCounted } from "./support/rate-limits";
import "./support/refusal-matchers";
import { newKey } from "./support/stand-in";
import { storeLimits } from "./support/store-limits";
import { storeNotification } from "./support/store-notification";

const appUrl = inject("appUrl");

/** Signs in from a unique address without keeping the session. */
async function tryPassword(
  email: string,
  password: string,
  headers: Record<string, string> = fromElsewhere(),
) {
  const response = await fetch(`${appUrl}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { origin: appUrl, "content-type": "application/json", ...headers },
    body: JSON.stringify({ email, password }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

function signUpWith(fields: Record<string, unknown>) {
  return fetch(`${appUrl}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { origin: appUrl, "content-type": "application/json" },
    body: JSON.stringify({
      name: "Somebody",
      email: `${randomUUID()}@example.com`,
      password: "long enough",
      ...fields,
    }),
  });
}

const sessionsOf = async (person: HttpPerson) =>
  (await person.call("GET", "/api/auth/list-sessions")).body as {
    id: string;
    token: string;
    userId: string;
  }[];

const statusOfProjects = async (person: HttpPerson) => (await person.call("GET", "/api/v1/projects")).status;

describe("a new account", () => {
  test("is signed in at once, with a cookie that scripts cannot read and other sites cannot send along", async () => {
    const response = await signUpWith({});
    expect(response.status).toBe(200);
    const [cookie, ...others] = response.headers.getSetCookie();
    expect(others).toEqual([]);
    const [value, ...attributes] = (cookie ?? "").split(/; */);
    expect(value).toMatch(/^orchestral\.session_token=[\w%.-]+$/);
    expect(attributes.map((attribute) => attribute.toLowerCase())).toEqual(
      expect.arrayContaining(["httponly", "samesite=lax", "path=/", expect.stringMatching(/^max-age=\d+$/)]),
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("has its password stored as a slow hash only", async () => {
    const person = await HttpPerson.signUp(appUrl);
    const [account] = await sql<{ password: string }>("select password from account where user_id = $1", [
      person.userId,
    ]);
    expect(account?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    expect(JSON.stringify(await everythingOf(person.userId))).not.toContain(person.password);
  });

  test.each([
    ["no password", { password: undefined }],
    ["an empty password", { password: "" }],
    ["a password of seven characters", { password: "1234567" }],
    ["a password of 129 characters", { password: "x".repeat(129) }],
    ["an e-mail address that is none", { email: "somebody" }],
    ["no e-mail address", { email: undefined }],
    ["an e-mail address with a line break", { email: "a@example.com\nbcc:b@example.com" }],
    ["no name", { name: undefined }],
    ["only white space for a name", { name: "  " }],
    ["a name of 81 characters", { name: "x".repeat(81) }],
  ])("is refused with %s", async (_name, fields) => {
    const response = await signUpWith(fields);
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 400,
      body: { error: expect.any(String), code: expect.any(String) },
    });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test("takes passwords of 8 and of 128 characters, whatever signs are in them", async () => {
    for (const password of ["8 of any", "🔑".repeat(4), "x".repeat(128), " spaces at both ends "]) {
      const email = `${randomUUID()}@example.com`;
      expect((await signUpWith({ email, password })).status).toBe(200);
      expect((await tryPassword(email, password)).status).toBe(200);
      expect((await tryPassword(email, `${password.slice(0, -1)}?`)).status).toBe(401);
    }
  });

  test("cannot be made twice for one e-mail address, however it is written", async () => {
    const person = await HttpPerson.signUp(appUrl);
    for (const email of [person.email, person.email.toUpperCase()]) {
      expect((await signUpWith({ email, password: "another password" })).status).toBe(422);
    }
    expect((await tryPassword(person.email, "another password")).status).toBe(401);
    expect((await tryPassword(person.email.toUpperCase(), person.password)).status).toBe(200);
  });

  test("cannot be given another e-mail address or a verified one by the one who makes it", async () => {
    const response = await signUpWith({ emailVerified: true, id: "chosen", role: "admin" });
    const { user } = (await response.json()) as { user: { id: string; emailVerified: boolean } };
    expect(user).toMatchObject({ id: expect.not.stringMatching("chosen"), emailVerified: false });
  });
});

describe("signing in", () => {
  let person: HttpPerson;
  beforeAll(async () => {
    person = await newPerson();
  });

  test("a wrong password and an unknown e-mail address get the same answer", async () => {
    const wrong = await tryPassword(person.email, "wrong password");
    const unknown = await tryPassword(`${randomUUID()}@example.com`, person.password);
    expect(wrong.status).toBe(401);
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text]);
    expect([...unknown.headers.keys()]).toEqual([...wrong.headers.keys()]);
    await forgetUses("sign-in-email", person.email);
  });

  test("and take about the same time, so that timing does not reveal accounts", async () => {
    const durations: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
    for (let round = 0; round < 5; round++) {
      for (const kind of ["known", "unknown"] as const) {
        const email = kind === "known" ? person.email : `${randomUUID()}@example.com`;
        const startedAt = performance.now();
        await tryPassword(email, "wrong password");
        durations[kind].push(performance.now() - startedAt);
      }
    }
    // The fastest of each, which a busy machine affects least. Without the hash for unknown addresses the
    // ratio is above 10.
    const ratio = Math.min(...durations.known) / Math.min(...durations.unknown);
    expect(ratio).toBeGreaterThan(1 / 4);
    expect(ratio).toBeLessThan(4);
    await forgetUses("sign-in-email", person.email);
  });

  test("the eleventh wrong password is refused with the time to wait, and then even the right one", async () => {
    const someone = await newPerson();
    const statuses = [];
    for (let guess = 1; guess <= 10; guess++) {
      // However the address is written and wherever the guess comes from.
      const email = guess % 2 === 0 ? someone.email.toUpperCase() : someone.email;
      statuses.push((await tryPassword(email, `guess number ${guess}`)).status);
    }
    expect(statuses).toEqual(Array(10).fill(401));
    for (const password of ["guess number 11", someone.password]) {
      const refused = await someone.signIn(password, fromElsewhere());
      expect(refused).toBeRefusedByAuth({ status: 429, code: "rate_limited" });
      const seconds = Number(refused.headers.get("retry-after"));
      expect(seconds).toBeGreaterThan(600);
      expect(seconds).toBeLessThanOrEqual(900);
      expect(refused.body.error).toMatch(/Try again in 1[0-5] minutes\.$/);
    }
    // Existing sessions stay valid, and no other person is affected.
    expect(await statusOfProjects(someone)).toBe(200);
    expect((await tryPassword(person.email, person.password)).status).toBe(200);
  });

  test("thirty guesses at the same moment are ten", async () => {
    const someone = await newPerson();
    const guesses = Array.from({ length: 30 }, (_, guess) =>
      tryPassword(someone.email, `guess number ${guess}`),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  test("the right password clears the count", async () => {
    const someone = await newPerson();
    await tryPassword(someone.email, "wrong password");
    expect(await usesCounted("sign-in-email", someone.email)).toBe(1);
    await countUses("sign-in-email", someone.email, 9);
    expect((await tryPassword(someone.email, someone.password)).status).toBe(200);
    expect(await usesCounted("sign-in-email", someone.email)).toBe(0);
  });

  test("a request that holds no password to guess with is not counted", async () => {
    const address = fromElsewhere();
    for (const body of ["{", "[]", '{"email":7}', JSON.stringify({ email: "somebody", password: "x" })]) {
      const answer = await person.call("POST", "/api/auth/sign-in/email", body, address);
      expect(answer).toBeRefusedByAuth({ status: 400 });
    }
    expect(await usesCounted("sign-in-address", address["x-forwarded-for"])).toBe(0);
    expect(await usesCounted("sign-in-email", "somebody")).toBe(0);
  });

  test("one password tried on many people is slowed down by the address it comes from", async () => {
    const address = fromElsewhere();
    // Whatever the client writes itself stands to the left of what the proxy saw.
    const claiming = { "x-forwarded-for": `203.0.113.7, ${address["x-forwarded-for"]}` };
    await tryPassword(`${randomUUID()}@example.com`, "password123", claiming);
    expect(await usesCounted("sign-in-address", address["x-forwarded-for"])).toBe(1);
    await countUses("sign-in-address", address["x-forwarded-for"], 100);
    expect((await tryPassword(`${randomUUID()}@example.com`, "password123", address)).status).toBe(429);
    expect((await tryPassword(person.email, person.password)).status).toBe(200);
  });

  test("signing in properly is not counted against the address: an office shares one", async () => {
    const address = fromElsewhere();
    for (let time = 0; time < 3; time++) {
      expect((await tryPassword(person.email, person.password, address)).status).toBe(200);
    }
    expect(await usesCounted("sign-in-address", address["x-forwarded-for"])).toBe(0);
  });

  test("the bearer token for the agent needs a session, names it, and lives for fifteen minutes", async () => {
    const none = await person.call("GET", "/api/auth/token", undefined, { cookie: "" });
    expect(none).toBeRefusedByAuth({ status: 401 });
    const { sub, sid, iat = 0, exp = 0, ...others } = decodeJwt(person.token);
    const session = (await person.call("GET", "/api/auth/get-session")).body.session.id;
    expect({ sub, sid, lifetime: exp - iat }).toEqual({
      sub: person.userId,
      sid: session,
      lifetime: 15 * 60,
    });
    expect(Object.keys(others).toSorted()).toEqual(["aud", "iss"]);
  });
});

describe("devices", () => {
  test("are listed, and one can be signed out from another", async () => {
    const person = await HttpPerson.signUp(appUrl);
    const [phone, tablet] = [await person.onAnotherDevice(), await person.onAnotherDevice()];
    const sessions = await sessionsOf(person);
    expect(sessions).toHaveLength(3);
    expect(sessions.every(({ userId }) => userId === person.userId)).toBe(true);
    const ofPhone = (await phone.call("GET", "/api/auth/get-session")).body.session.token as string;
    await person.call("POST", "/api/auth/revoke-session", { token: ofPhone });
    expect(await statusOfProjects(phone)).toBe(401);
    expect(await statusOfProjects(tablet)).toBe(200);
    expect(await sessionsOf(person)).toHaveLength(2);
  });

  test("all others can be signed out at once", async () => {
    const person = await newPerson();
    const others = [await person.onAnotherDevice(), await person.onAnotherDevice()];
    expect((await person.call("POST", "/api/auth/revoke-other-sessions", {})).body).toEqual({ status: true });
    expect(await Promise.all(others.map(statusOfProjects))).toEqual([401, 401]);
    expect(await statusOfProjects(person)).toBe(200);
  });

  test("signing out ends the session on the server too: the cookie is worth nothing afterwards", async () => {
    const person = await newPerson();
    await person.signOut();
    expect(await statusOfProjects(person)).toBe(401);
    expect(await sql("select 1 from session where user_id = $1", [person.userId])).toEqual([]);
  });

  test("of another person cannot be signed out, even with the session's token", async () => {
    const [alice, bob] = [await newPerson(), await newPerson()];
    const [session] = await sessionsOf(alice);
    await bob.call("POST", "/api/auth/revoke-session", { token: session?.token });
    expect(await statusOfProjects(alice)).toBe(200);
  });

  test("a signed-out person is sent from the pages to the sign-in, without a word of the page", async () => {
    const person = await newPerson();
    const projectId = await person.createProject("Confidential plans");
    await person.signOut();
    for (const page of ["/projects", "/settings", `/projects/${projectId}`]) {
      const response = await fetch(appUrl + page, { headers: { cookie: person.cookie }, redirect: "manual" });
      expect([307, 302, 303]).toContain(response.status);
      expect(response.headers.get("location")).toMatch(/^\/sign-in/);
      expect(await response.text()).not.toContain("Confidential");
    }
  });
});

describe("the profile", () => {
  test("the name can be changed; the e-mail address and other facts cannot be changed along with it", async () => {
    const person = await newPerson({ name: "Before" });
    expect((await person.call("POST", "/api/auth/update-user", { name: "After" })).body).toEqual({
      status: true,
    });
    const withEmail = await person.call("POST", "/api/auth/update-user", {
      name: "Then",
      email: "other@example.com",
    });
    expect(withEmail).toBeRefusedByAuth({ status: 400 });
    await person.call("POST", "/api/auth/update-user", { name: "Last", emailVerified: true, id: "x" });
    const { user } = (await person.call("GET", "/api/auth/get-session")).body;
    expect(user).toMatchObject({
      id: person.userId,
      email: person.email,
      emailVerified: false,
      name: "Last",
    });
  });

  test("the password changes only for who knows the present one", async () => {
    const person = await newPerson();
    const change = (currentPassword: string, newPassword: string) =>
      person.call("POST", "/api/auth/change-password", {
        currentPassword,
        newPassword,
        revokeOtherSessions: true,
      });
    const stolen = await person.onAnotherDevice();
    for (const [current, next] of [
      ["wrong password", "a new password"],
      ["", "a new password"],
      [person.password, "short"],
      [person.password, "x".repeat(129)],
    ] as const) {
      expect(await change(current, next)).toBeRefusedByAuth({ status: 400 });
    }
    expect((await tryPassword(person.email, person.password)).status).toBe(200);
    const changed = await change(person.password, "a new password");
    expect(changed.status).toBe(200);
    expect(await statusOfProjects(stolen)).toBe(401);
    const message = await stolen.chat({ projectId: randomUUID() });
    expect(message.status).toBe(401);
    expect((await tryPassword(person.email, person.password)).status).toBe(401);
    expect((await tryPassword(person.email, "a new password")).status).toBe(200);
  });

  test("a stolen session is no place to guess the password at", async () => {
    const person = await newPerson();
    const changeWith = (currentPassword: string) =>
      person.call("POST", "/api/auth/change-password", { currentPassword, newPassword: "a new password" });
    const deleteWith = (password: string) => person.call("POST", "/api/auth/delete-user", { password });
    expect(await changeWith("first guess")).toBeRefusedByAuth({ status: 400 });
    expect(await deleteWith("second guess")).toBeRefusedByAuth({ status: 400 });
    expect(await usesCounted("password-confirm", person.userId)).toBe(2);
    await countUses("password-confirm", person.userId, 10);
    for (const password of ["eleventh guess", person.password]) {
      expect(await changeWith(password)).toBeRefusedByAuth({ status: 429, code: "rate_limited" });
      expect(await deleteWith(password)).toBeRefusedByAuth({ status: 429, code: "rate_limited" });
    }
    expect(await statusOfProjects(person)).toBe(200);
  });
});

describe("deleting the account", () => {
  test("is refused without the right password, and everything stays", async () => {
    const { person } = await someoneWithEverything();
    const before = await everythingOf(person.userId);
    for (const body of [
      { password: "wrong password" },
      { password: "" },
      {},
      { token: "of the sender's own making" },
      { password: { length: 20 } },
    ]) {
      expect(await person.call("POST", "/api/auth/delete-user", body)).toBeRefusedByAuth({ status: 400 });
    }
    expect(await everythingOf(person.userId)).toEqual(before);
    expect(await statusOfProjects(person)).toBe(200);
  });

  test("takes along projects, files, threads, messages, secrets, keys and sign-ins, and leaves others alone", async () => {
    const [{ person, projectId }, other] = [await someoneWithEverything(), await someoneWithEverything()];
    const othersBefore = await everythingOf(other.person.userId);
    const { audit_events: _kept, ...mine } = await everythingOf(person.userId);
    for (const rows of Object.values(mine)) expect(rows.length).toBeGreaterThan(0);
    await person.deleteAccount();

    // Every column of every table, so that a table added later cannot be forgotten here.
    const columns = await sql<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public' and table_name not in ('audit_events', 'data_keys')`,
    );
    expect(columns.length).toBeGreaterThan(60);
    for (const { table, column } of columns) {
      const found = await sql(`select 1 from "${table}" where "${column}"::text = any($1)`, [
        [person.userId, person.email, projectId],
      ]);
      expect({ table, column, found: found.length }).toEqual({ table, column, found: 0 });
    }
    // The data key rows stay. The keys in them are destroyed.
    const keys = await sql("select state, wrapped from data_keys where owner_id = any($1)", [
      [person.userId, projectId, `webhooks:person:${person.userId}`],
    ]);
    expect(keys).toEqual([
      { state: "destroyed", wrapped: null },
      { state: "destroyed", wrapped: null },
      { state: "destroyed", wrapped: null },
    ]);
    const dangling = await sql(
      `select 1 from messages where thread_id not in (select id from threads)
       union all select 1 from project_files where project_id not in (select id from projects)`,
    );
    expect(dangling).toEqual([]);
    expect(await everythingOf(other.person.userId)).toEqual(othersBefore);

    expect((await tryPassword(person.email, person.password)).status).toBe(401);
    const again = await signUpWith({ email: person.email });
    expect(again.status).toBe(200);
  });

  test("what the audit trail keeps names ids only", async () => {
    const { person } = await someoneWithEverything();
    await person.deleteAccount();
    const { audit_events: events = [] } = await everythingOf(person.userId);
    expect(events.length).toBeGreaterThan(2);
    expect(JSON.stringify(events)).not.toContain(person.email);
  });
});

describe("a server that is reached over https", () => {
  let server: AppServer;
  beforeAll(async () => {
    server = await startAppServer({
      ...inject("productEnvironment"),
      APP_URL: "https://orchestral.example",
    });
  });
  afterAll(() => server?.stop());

  test("tells browsers to use https from now on, on every address", async () => {
    for (const path of ["/", "/sign-in", "/api/health", "/api/nowhere"]) {
      const { headers } = await fetch(server.url + path);
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    }
    expect((await fetch(inject("appUrl"))).headers.get("strict-transport-security")).toBeNull();
  });

  test("signs in with the cookie it has sent", async () => {
    const headers = { origin: "https://orchestral.example", "content-type": "application/json" };
    const body = JSON.stringify({ name: "A", email: `${randomUUID()}@example.com`, password: "long enough" });
    const signUp = await fetch(`${server.url}/api/auth/sign-up/email`, { method: "POST", headers, body });
    const cookie = signUp.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    expect((await fetch(`${server.url}/api/v1/projects`, { headers: { cookie } })).status).toBe(200);
    // One that another site of the domain could have set.
    const tossed = cookie.replaceAll("__Host-", "");
    expect((await fetch(`${server.url}/api/v1/projects`, { headers: { cookie: tossed } })).status).toBe(401);
  });

  test("sends its session cookie over https only", async () => {
    const response = await fetch(`${server.url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { origin: "https://orchestral.example", "content-type": "application/json" },
      body: JSON.stringify({
        name: "Somebody",
        email: `${randomUUID()}@example.com`,
        password: "long enough",
      }),
    });
    expect(response.status).toBe(200);
    for (const cookie of response.headers.getSetCookie()) {
      expect(cookie).toMatch(/^__Host-orchestral\.session_token=/);
      expect(cookie).toMatch(/; Path=\/(;|$)/i);
      expect(cookie).not.toMatch(/; Domain\b/i);
      expect(cookie).toMatch(/; Secure\b/i);
      expect(cookie).toMatch(/; HttpOnly\b/i);
    }
  });
});

async function someoneWithEverything(): Promise<{ person: HttpPerson; projectId: string }> {
  const person = await newPerson();
  const projectId = await person.createProject();
  await person.saveKey(await newKey());
  await person.call("POST", `/api/v1/projects/${projectId}/secrets`, { name: "TOKEN", value: "x" });
  await person.call("PUT", "/api/v1/user/default-selection", {
    payer: "platform",
    provider: "anthropic",
    model: "claude-haiku-4-5",
  });
  const notification = `/api/v1/notifications/${await storeNotification(person)}`;
  await person.call("PATCH", notification, { isRead: true });
  const setting = { kind: "key_expired", channel: "mail", isOn: false };
  await person.call("PUT", "/api/v1/notifications/settings", setting);
  await person.call("POST", "/api/v1/webhooks", { address: WEBHOOK_ADDRESS });
  await storeLimits(person);
  const text = 'tool: writeFile {"path":"a.txt","content":"a"}';
  const answer = await person.chat({ projectId, text, threadId: randomUUID(), keyProvider: "personal" });
  expect(answer).toMatchObject({ text: "done", error: null });
  await person.call("POST", "/api/v1/admin-keys", {
    provider: "anthropic",
    apiKey: ANTHROPIC_ADMIN_DEMO_KEY,
  });
  expect((await person.call("POST", "/api/v1/reconciliation/runs")).body).toMatchObject({
    checked: 1,
    failed: 0,
  });
  return { person, projectId };
}
