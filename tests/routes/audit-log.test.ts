import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ActivityResponse, AuditEntry, AuditEventEntry, AuditLogResponse } from "@/contracts/audit-log";
import { recordAccountEvents } from "@/domain/people/record-account-events";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { database } from "@/lib/db/client";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { OPERATORS } from "../http/support/operators";
import { countUses, forgetUses } from "../http/support/rate-limits";
import "../http/support/refusal-matchers";
import { newKey } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";

const MINE = "/api/v1/audit";
const ALL = "/api/v1/operator/audit";

let operator: HttpPerson;
let person: HttpPerson;
let keyId: string;
let projectId: string;
beforeAll(async () => {
  // As a server does when it starts.
  recordAccountEvents();
  [operator, person] = await Promise.all([
    newPerson({ name: "Olga Operator", email: OPERATORS.audit }),
    newPerson({ name: "Pia Person" }),
  ]);
  keyId = await person.saveKey(await newKey(), { label: "Work" });
  projectId = await person.createProject("A private plan");
  await person.signIn(undefined, {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  });
  await person.refreshToken();
  for (const text of ["say: one", "say: two"]) {
    const answer = await person.chat({ projectId, text, keyProvider: "personal", keyId });
    if (answer.status !== 200) throw new Error(`a message was answered with ${answer.status}`);
  }
  await person.call("PATCH", `/api/v1/user/ai-keys/${keyId}`, { label: "Work, renamed" });
  await operator.call("POST", `/api/v1/operator/people/${person.userId}/reset-link`);
  await flushAuditEvents();
});

async function activity(who: HttpPerson, query = ""): Promise<ActivityResponse> {
  const answer = await who.call("GET", `${MINE}?${query}`);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}

async function allOf(query: string): Promise<AuditLogResponse> {
  const answer = await operator.call("GET", `${ALL}?${query}`);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}

function actionsOf(entries: readonly AuditEntry[]): string[] {
  return entries.map((entry) => (entry.kind === "event" ? entry.action : `${entry.count} uses`));
}

describe("a person's activity", () => {
  test("says what was done, with what, from which device, and how often a key was used", async () => {
    const { entries, things, next } = await activity(person, "uses=summed&timeZone=Europe/Berlin");
    expect(next).toBeNull();
    expect(actionsOf(entries)).toEqual([
      "reset_link.made",
      "ai_key.changed",
      "session.started",
      "project.created",
      "ai_key.saved",
      "2 uses",
    ]);
    const [byOperator, changed] = entries as AuditEventEntry[];
    expect(byOperator).toMatchObject({ actor: { kind: "someone" }, session: null });
    expect(changed).toMatchObject({
      actor: { kind: "me" },
      objectId: keyId,
      session: { device: "Firefox on Linux", isCurrent: true },
    });
    expect(things[keyId]).toMatchObject({ kind: "key", provider: "anthropic", label: "Work, renamed" });
    expect(things[projectId]).toEqual({ kind: "project", name: "A private plan" });
    const uses = await activity(person, `group=uses&object=${keyId}`);
    expect(uses.entries).toHaveLength(2);
    for (const use of uses.entries) {
      expect(use).toMatchObject({
        detail: { purpose: "chat", project: projectId },
        session: { device: "Firefox on Linux", isCurrent: true },
      });
    }
    expect(JSON.stringify([entries, uses])).not.toContain(operator.userId);
  });

  test("is exported as it is listed", async () => {
    const { entries } = await activity(person, "limit=200");
    const file = await person.call("GET", `${MINE}/export`);
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="activity-.*\.ndjson"$/);
    const lines = file.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id, at, action, object }) => ({ id, at, action, objectId: object }))).toEqual(
      (entries as AuditEventEntry[]).map(({ id, at, action, objectId }) => ({ id, at, action, objectId })),
    );
    const table = await person.call("GET", `${MINE}/export?format=csv&group=keys`);
    expect(table.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(table.text.trim().split("\n")).toHaveLength(3);
  });

  test("of another person's account, key and project shows nothing", async () => {
    const other = await newPerson();
    const otherKey = await other.saveKey(await newKey());
    for (const object of [person.userId, keyId, projectId, otherKey, randomUUID()]) {
      const seen = await activity(other, `object=${object}`);
      expect(actionsOf(seen.entries)).toEqual(object === otherKey ? ["ai_key.saved"] : []);
      expect(Object.keys(seen.things)).toEqual(object === otherKey ? [otherKey] : []);
    }
    const everything =
      JSON.stringify(await activity(other)) + (await other.call("GET", `${MINE}/export`)).text;
    for (const id of [person.userId, keyId, projectId]) expect(everything).not.toContain(id);
  });
});

describe("an operator's audit log", () => {
  test("names people and no things of theirs, and says whether what is shown was verified", async () => {
    const { entries, things, lastVerification } = await allOf(`actor=${person.userId}&uses=left_out`);
    expect(actionsOf(entries)).toEqual([
      "ai_key.changed",
      "session.started",
      "project.created",
      "ai_key.saved",
    ]);
    const { userId: id, email } = person;
    expect(entries[0]?.actor).toEqual({ kind: "account", id, name: "Pia Person", email });
    expect(JSON.stringify([entries, things])).not.toMatch(/Work|private plan/);
    await operator.call("POST", "/api/v1/operator/vault/audit-verifications", {});
    const after = (await allOf("group=operation&limit=1")).lastVerification;
    expect(after?.at).not.toBe(lastVerification?.at);
    expect(after).toEqual({ at: expect.any(String), ok: expect.any(Boolean), through: expect.any(Number) });
  });

  test("is exported with what it was filtered by on record, and the person sees that", async () => {
    const file = await operator.call("GET", `${ALL}/export?actor=${person.userId}&group=keys`);
    const ids = file.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect(ids).toEqual((await allOf(`actor=${person.userId}&group=keys`)).entries.map(({ id }) => id));
    const [record] = await sql(
      "select actor_id, object_id, detail from audit_events where action = 'audit.exported' and object_id = $1",
      [person.userId],
    );
    expect(record).toEqual({
      actor_id: operator.userId,
      object_id: person.userId,
      detail: { format: "ndjson", filters: ["group", "actor"], session: expect.any(String) },
    });
    const told = await activity(person, `object=${person.userId}&group=operation`);
    expect(told.entries).toMatchObject([{ action: "audit.exported", actor: { kind: "someone" } }]);
  });

  test("keeps what somebody did whose account is gone", async () => {
    const leaver = await newPerson();
    await leaver.createProject();
    await leaver.deleteAccount();
    await flushAuditEvents();
    const { entries } = await allOf(`actor=${leaver.userId}&uses=left_out`);
    expect(actionsOf(entries)).toContain("account.deleted");
    expect(entries[0]?.actor).toEqual({ kind: "deleted_account", id: leaver.userId });
  });

  test("does not exist for anybody else", async () => {
    for (const path of [ALL, `${ALL}?cursor=x`, `${ALL}/export`, `${ALL}/export?format=pdf`]) {
      expect(await person.call("GET", path)).toBeRefused({ status: 404, code: "not_found" });
    }
  });
});

test.each([
  "group=everything",
  "group=",
  "object=",
  "object=%00",
  "object=a%20b",
  `object=${"x".repeat(513)}`,
  "object='%20or%201=1",
  "from=yesterday",
  "from=1999-12-31T23:59:59Z",
  "from=0000-01-01T00:00:00Z",
  "to=+12026-01-01T00:00:00Z",
  "to=2026-02-30T00:00:00Z",
  "cursor=1",
  "cursor=2026-99-99T99:99:99.999999Z",
  "cursor=2026-02-30T00:00:00.000000Z",
  "cursor=0000-01-01T00:00:00.000000Z",
  "cursor=9999-01-01T00:00:00.000000Z",
  "cursor=2026-01-01T00:00:00.000000Z_1",
  "limit=0",
  "limit=201",
  "limit=1.5",
  "limit=many",
  "uses=none",
  "unknown=1",
  "actor=%00",
])("?%s is refused", async (query) => {
  for (const [who, path] of [
    [person, MINE],
    [operator, ALL],
  ] as const) {
    expect(await who.call("GET", `${path}?${query}`)).toBeRefused({ status: 400, code: "invalid_request" });
  }
});

test.each([
  "from=2500-01-01T00:00:00%2B23:59",
  "to=2026-01-01T00:00:00-23:59",
  `from=2026-01-01T00:00:00.${"9".repeat(200)}Z`,
])("?%s is a time like others, also for the database", async (query) => {
  for (const [who, path] of [
    [person, MINE],
    [operator, ALL],
  ] as const) {
    for (const each of [path, `${path}/export`]) {
      expect(await who.call("GET", `${each}?${query}`)).toMatchObject({ status: 200 });
    }
  }
});

function exports() {
  return sql("select id from audit_events where action = 'audit.exported' and actor_id = $1", [
    operator.userId,
  ]);
}

describe("a file", () => {
  const RANGE = "from=2026-10-01T00:00:00Z&to=2026-10-02T00:00:00Z";
  const files = [`${MINE}/export`, `${ALL}/export?group=account`].concat([
    `/api/v1/usage.csv?${RANGE}`,
    `/api/v1/operator/usage.csv?${RANGE}`,
  ]);

  test.each(files)("%s is not for a page of another site", async (path) => {
    const before = await exports();
    for (const site of ["cross-site", "same-site"]) {
      const answer = await operator.call("GET", path, undefined, { "sec-fetch-site": site });
      expect(answer).toBeRefused({ status: 403, code: "forbidden_origin" });
    }
    expect(await exports()).toEqual(before);
    for (const site of ["same-origin", "none"]) {
      const answer = await operator.call("GET", path, undefined, { "sec-fetch-site": site });
      expect(answer).toMatchObject({ status: 200 });
    }
  });

  test("is not made endlessly", async () => {
    await countUses("download", operator.userId, 30);
    for (const path of files) {
      expect(await operator.call("GET", path)).toBeRefused({ status: 429, code: "rate_limited" });
    }
    await forgetUses("download", operator.userId);
  });
});

test("what the server opens at night, or for a webhook, is exported and not listed", async () => {
  const somebody = await newPerson();
  const [key, adminKey] = [await somebody.saveKey(await newKey()), randomUUID()];
  const db = await database();
  await recordAuditEvent(db, { userId: somebody.userId, sessionId: "" }, "admin_key.saved", adminKey, {
    provider: "openai",
    owner: "person",
  });
  for (const object of [key, adminKey]) {
    const purpose = { purpose: "reconcile" };
    await recordAuditEvent(db, { system: "reconcile" }, "value.opened", object, purpose);
  }
  await flushAuditEvents();
  for (const query of ["uses=summed", "group=keys"]) {
    const { entries } = await activity(somebody, query);
    expect(actionsOf(entries)).toEqual(["admin_key.saved", "ai_key.saved"]);
  }
  const { text } = await somebody.call("GET", `${MINE}/export`);
  expect(text.match(/"value\.opened"/g)).toHaveLength(2);
});

test.each(["Mars/Olympus", "UTC'", "%00", "+01:00", `A${"a".repeat(64)}`])(
  "a time zone that is none, %s, is refused",
  async (zone) => {
    const answer = await person.call("GET", `${MINE}?uses=summed&timeZone=${encodeURIComponent(zone)}`);
    expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
  },
);

test.each(["format=pdf", "format=", "cursor=1", "limit=5", "uses=each"])(
  "an export of ?%s is refused",
  async (query) => {
    for (const [who, path] of [
      [person, MINE],
      [operator, ALL],
    ] as const) {
      expect(await who.call("GET", `${path}/export?${query}`)).toBeRefused({
        status: 400,
        code: "invalid_request",
      });
    }
  },
);

test("every time zone that a browser knows is one the database knows", async () => {
  const known = await sql<{ name: string }>("select name from pg_timezone_names");
  const names = new Set(known.map(({ name }) => name));
  expect(Intl.supportedValuesOf("timeZone").filter((name) => !names.has(name))).toEqual([]);
});
