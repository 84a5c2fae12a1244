import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, test } from "vitest";
import type { InvitationSummary, PersonSummary } from "@/contracts/people";
import { routeTable } from "../http/support/api-routes";
import { chatChunks, restOf, untilChunk } from "../http/support/chat-chunks";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { OPERATORS } from "../http/support/operators";
import "../http/support/refusal-matchers";
import { HttpPerson } from "../support/http-person";

const appUrl = inject("appUrl");
const PEOPLE = "/api/v1/operator/people";
const INVITATIONS = "/api/v1/operator/invitations";

let operator: HttpPerson;
let other: HttpPerson;
beforeAll(async () => {
  [operator, other] = await Promise.all([
    newPerson({ name: "Olive Operator", email: OPERATORS.people }),
    newPerson({ name: "Otto Operator", email: OPERATORS.peopleToo }),
  ]);
});

async function entryOf(person: HttpPerson): Promise<PersonSummary | undefined> {
  const { people } = (await operator.call("GET", `${PEOPLE}?search=${encodeURIComponent(person.email)}`))
    .body;
  return (people as PersonSummary[]).find(({ id }) => id === person.userId);
}

async function actionsOn(objectId: string): Promise<unknown[]> {
  return sql(
    "select actor_id, action, detail from audit_events where object_id = $1 and action !~ '^(session|account)' order by at",
    [objectId],
  );
}

async function idsFound(search: string): Promise<string[]> {
  const { body } = await operator.call("GET", `${PEOPLE}?search=${encodeURIComponent(search)}`);
  return (body.people as PersonSummary[]).map(({ id }) => id);
}

async function listed(invitationId: string): Promise<InvitationSummary | undefined> {
  const { body } = await operator.call("GET", INVITATIONS);
  return (body.invitations as InvitationSummary[]).find(({ id }) => id === invitationId);
}

async function invite(email?: string): Promise<{ id: string; url: string }> {
  const answer = await operator.call("POST", INVITATIONS, email ? { email } : {});
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return answer.body;
}

test("every call of the route table for people and invitations succeeds for an operator", async () => {
  const [person, { id: invitationId }] = [await newPerson(), await invite()];
  const rows = routeTable().filter(({ pattern }) => /operator\/(people|invitations)/.test(pattern));
  expect(rows.length).toBeGreaterThan(8);
  for (const { method, name, call } of rows) {
    const { path, body } = call({ projectId: "", threadId: "", personId: person.userId, invitationId });
    const answer = await operator.call(method, path, body);
    expect({ name, status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
});

describe("the list of people", () => {
  test("says who they are, what state they are in, and what the platform paid for them, and nothing they wrote", async () => {
    const person = await newPerson({ name: "Pat Person" });
    const projectId = await person.createProject("A very private plan");
    await person.chat({ projectId, threadId: randomUUID(), text: "say: something private" });
    expect(await entryOf(person)).toEqual({
      id: person.userId,
      name: "Pat Person",
      email: person.email,
      state: "active",
      isOperator: false,
      createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
      lastSeenAt: expect.stringMatching(/^20\d\d-.*Z$/),
      sessions: 1,
      resetLinkExpiresAt: null,
      month: { requests: 1, costMicroUsd: expect.any(Number), unpriced: 0 },
    });
    expect((await entryOf(person))?.month.costMicroUsd).toBeGreaterThan(0);
    expect((await operator.call("GET", PEOPLE)).text).not.toContain("private");
    expect((await entryOf(operator))?.isOperator).toBe(true);
  });

  test("counts what the platform paid this month only", async () => {
    const person = await newPerson();
    await sql(
      `insert into usage_events (user_id, at, key_provider, provider, model, outcome, duration_ms, requests, cost_micro_usd)
       values ($1, now(), 'platform', 'anthropic', 'm', 'completed', 1, 3, 1000),
              ($1, now(), 'platform', 'anthropic', 'm', 'completed', 1, 2, null),
              ($1, now(), 'platform', 'anthropic', 'm', 'failed', 1, 0, null),
              ($1, now(), 'personal', 'anthropic', 'm', 'completed', 1, 9, 9000),
              ($1, now() - interval '32 days', 'platform', 'anthropic', 'm', 'completed', 1, 7, 7000)`,
      [person.userId],
    );
    expect((await entryOf(person))?.month).toEqual({ requests: 5, costMicroUsd: 1000, unpriced: 1 });
  });

  test("is found by parts of a name or an address, whatever signs are in them", async () => {
    const word = randomUUID().slice(0, 8);
    const person = await newPerson({ name: `100%_${word}\\` });
    expect(await idsFound(`100%_${word.toUpperCase()}\\`)).toEqual([person.userId]);
    expect(await idsFound(` ${person.email.slice(0, 30).toUpperCase()} `)).toEqual([person.userId]);
    expect(await idsFound(`1000_${word}`)).toEqual([]);
    expect(await idsFound('\'; drop table "user" --')).toEqual([]);
  });

  test("comes in pages, in which everybody is once", async () => {
    const word = `paged-${randomUUID()}`;
    await sql(
      `insert into "user" (id, name, email, created_at, updated_at)
       select $1 || n, $1, $1 || n || '@example.com', timestamp '2026-01-01' + (n / 10) * interval '1 day', now()
       from generate_series(1, 120) n`,
      [word],
    );
    const ids: string[] = [];
    let next: string | null = "";
    const sizes: number[] = [];
    while (next !== null) {
      const cursor: string = next && `&cursor=${encodeURIComponent(next)}`;
      const { body } = await operator.call("GET", `${PEOPLE}?search=${word}${cursor}`);
      ids.push(...(body.people as PersonSummary[]).map(({ id }) => id));
      sizes.push(body.people.length);
      next = body.next;
    }
    expect(sizes).toEqual([50, 50, 20]);
    expect(new Set(ids).size).toBe(120);
  });

  test.each(["search=%00", `search=${"x".repeat(201)}`, "cursor=", "cursor=%00"])(
    "refuses ?%s",
    async (query) => {
      expect(await operator.call("GET", `${PEOPLE}?${query}`)).toBeRefused({
        status: 400,
        code: "invalid_request",
      });
    },
  );
});

describe("suspending", () => {
  test("ends sessions, tokens and the answer that is on its way, and letting in again starts anew", async () => {
    const person = await newPerson();
    const projectId = await person.createProject();
    const text = `long: 20000`;
    const chunks = chatChunks(await person.send({ projectId, text }));
    await untilChunk(chunks, "text-delta");
    expect(await operator.call("POST", `${PEOPLE}/${person.userId}/suspension`)).toMatchObject({
      status: 200,
    });
    const error = (await restOf(chunks)).find(({ type }) => type === "data-chat-error");
    expect(error?.data).toMatchObject({ code: "unauthorized" });
    expect(await person.call("GET", "/api/v1/projects")).toBeRefused({ status: 401, code: "unauthorized" });
    expect((await person.send({ projectId })).status).toBe(401);
    expect(await person.signIn()).toMatchObject({ status: 403, body: { code: "account_suspended" } });
    expect(await entryOf(person)).toMatchObject({ state: "suspended", sessions: 0 });

    const again = await operator.call("POST", `${PEOPLE}/${person.userId}/suspension`);
    expect(again).toMatchObject({ status: 200 });
    await operator.call("DELETE", `${PEOPLE}/${person.userId}/suspension`);
    expect(await person.call("GET", "/api/v1/projects")).toBeRefused({ status: 401, code: "unauthorized" });
    expect(await person.signIn()).toMatchObject({ status: 200 });
    expect((await person.call("GET", "/api/v1/projects")).status).toBe(200);
    expect(await actionsOn(person.userId)).toEqual([
      {
        actor_id: operator.userId,
        action: "person.suspended",
        detail: { sessions: 1, session: expect.any(String) },
      },
      { actor_id: operator.userId, action: "person.unsuspended", detail: { session: expect.any(String) } },
    ]);
  });

  test("oneself is refused; another operator is suspended and operates no longer", async () => {
    expect(await operator.call("POST", `${PEOPLE}/${operator.userId}/suspension`)).toBeRefused({
      status: 409,
      code: "conflict",
    });
    expect((await other.call("GET", PEOPLE)).status).toBe(200);
    expect((await operator.call("POST", `${PEOPLE}/${other.userId}/suspension`)).status).toBe(200);
    expect((await other.call("GET", PEOPLE)).status).toBe(401);
    expect((await operator.call("DELETE", `${PEOPLE}/${other.userId}/suspension`)).status).toBe(200);
    await other.signIn();
    expect((await other.call("GET", PEOPLE)).status).toBe(200);
  });
});

test("ending sessions signs a person out everywhere, and they may sign in again", async () => {
  const person = await newPerson();
  await person.onAnotherDevice();
  const answer = await operator.call("DELETE", `${PEOPLE}/${person.userId}/sessions`);
  expect(answer).toMatchObject({ status: 200, body: { ended: 2 } });
  expect((await person.call("GET", "/api/v1/projects")).status).toBe(401);
  expect((await person.signIn()).status).toBe(200);
});

describe("a link to set a password", () => {
  test("works once, is listed without its token, and can be withdrawn", async () => {
    const person = await newPerson();
    const make = () => operator.call("POST", `${PEOPLE}/${person.userId}/reset-link`);
    const use = (url: string) =>
      person.call("POST", "/api/auth/reset-password", {
        token: new URL(url).hash.replace("#token=", ""),
        newPassword: "a password of tomorrow",
      });
    const { body: first } = await make();
    expect(first).toEqual({
      id: expect.any(String),
      url: expect.stringMatching(`^${appUrl}/reset-password#token=[\\w-]{43}$`),
      expiresAt: expect.any(String),
    });
    const { body: second } = await make();
    expect(await entryOf(person)).toMatchObject({ resetLinkExpiresAt: second.expiresAt });
    expect(await use(first.url)).toMatchObject({ status: 403, body: { code: "link_invalid" } });
    await operator.call("DELETE", `${PEOPLE}/${person.userId}/reset-link`);
    expect(await use(second.url)).toMatchObject({ status: 403, body: { code: "link_invalid" } });
    const { body: third } = await make();
    expect(await use(third.url)).toMatchObject({ status: 200, body: { status: true } });
    expect((await person.call("GET", "/api/v1/projects")).status).toBe(401);
    expect((await person.signIn("a password of tomorrow")).status).toBe(200);
    expect(await entryOf(person)).toMatchObject({ resetLinkExpiresAt: null });
    const trail = await actionsOn(person.userId);
    expect(trail).toEqual(
      ["made", "made", "revoked", "made"].map((verb) =>
        expect.objectContaining({ actor_id: operator.userId, action: `reset_link.${verb}` }),
      ),
    );
    for (const { url } of [first, second, third]) {
      expect(JSON.stringify(trail)).not.toContain(new URL(url).hash.replace("#token=", ""));
    }
  });

  test("is not made for a suspended person", async () => {
    const person = await newPerson();
    await operator.call("POST", `${PEOPLE}/${person.userId}/suspension`);
    expect(await operator.call("POST", `${PEOPLE}/${person.userId}/reset-link`)).toBeRefused({
      status: 409,
      code: "conflict",
    });
  });
});

describe("an invitation", () => {
  test("is listed without its token, withdrawn once, and then of no use", async () => {
    const email = `${randomUUID()}@Example.com`;
    const { id, url } = await invite(email);
    expect(url).toMatch(new RegExp(`^${appUrl}/sign-up#invitation=[\\w-]{43}$`));
    expect(await listed(id)).toMatchObject({ email: email.toLowerCase(), state: "open", usedAt: null });
    const token = url.split("=").at(-1) ?? "";
    expect((await operator.call("GET", INVITATIONS)).text).not.toContain(token);
    for (let time = 0; time < 2; time++) {
      expect((await operator.call("DELETE", `${INVITATIONS}/${id}`)).status).toBe(200);
    }
    expect(await listed(id)).toMatchObject({ state: "revoked" });
    await expect(HttpPerson.signUp(appUrl, "Ina", email, token)).rejects.toThrow("link_invalid");
    expect(await actionsOn(id)).toEqual([
      {
        actor_id: operator.userId,
        action: "invitation.made",
        detail: { pinned: true, session: expect.any(String) },
      },
      { actor_id: operator.userId, action: "invitation.revoked", detail: { session: expect.any(String) } },
    ]);
  });

  test("that was used cannot be withdrawn, and none is made for an address that has an account", async () => {
    const { id, url } = await invite();
    const person = await HttpPerson.signUp(appUrl, "Ina", undefined, url.split("=").at(-1));
    expect(await listed(id)).toMatchObject({ state: "used", email: null });
    expect(await operator.call("DELETE", `${INVITATIONS}/${id}`)).toBeRefused({
      status: 409,
      code: "conflict",
    });
    const again = await operator.call("POST", INVITATIONS, { email: person.email.toUpperCase() });
    expect(again).toBeRefused({ status: 409, code: "conflict" });
  });
});

test("what is asked of a person who does not exist is not found", async () => {
  for (const id of ["nobody", randomUUID(), "%27%20or%201=1"]) {
    for (const [method, path] of [
      ["POST", `${PEOPLE}/${id}/suspension`],
      ["DELETE", `${PEOPLE}/${id}/suspension`],
      ["DELETE", `${PEOPLE}/${id}/sessions`],
      ["POST", `${PEOPLE}/${id}/reset-link`],
      ["DELETE", `${PEOPLE}/${id}/reset-link`],
      ["DELETE", `${INVITATIONS}/${id}`],
    ] as const) {
      expect(await operator.call(method, path)).toBeRefused({ status: 404, code: "not_found" });
    }
  }
});
