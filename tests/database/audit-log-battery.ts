import { randomUUID } from "node:crypto";
import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { AuditGroup } from "@/contracts/audit-groups";
import {
  type ActivityQuery,
  type ActivityResponse,
  type AuditEventEntry,
  type AuditUsesEntry,
  activityQuerySchema,
  auditLogQuerySchema,
} from "@/contracts/audit-log";
import type { AuditAction, AuditDetail } from "@/domain/vault/audit/audit-event";
import { auditRecordMac } from "@/domain/vault/audit/audit-record";
import { chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { exportActivity, exportAuditEvents } from "@/domain/vault/audit/reading/export-audit-events";
import { listActivity } from "@/domain/vault/audit/reading/list-activity";
import { listAuditEvents } from "@/domain/vault/audit/reading/list-audit-events";
import { originMacOf } from "@/domain/vault/audit/record-origin";
import { database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import { emptyTrail, sql, TestMacKeys } from "./audit-support";
import { type DatabaseKind, useDatabase } from "./use-database";

interface Written {
  at?: Date;
  actorId: string;
  action: AuditAction;
  objectId: string;
  detail?: AuditDetail;
}

/** Nobody writes these minutes: each test has its own trail. */
const NOON = Date.UTC(2026, 9, 20, 12);
/** A minute after all that the property below writes at first. */
const LATER = 60 * 24 * 3;
const minutes = (count: number) => new Date(NOON + count * 60_000);

/** Writes records as a server signs them, a minute after one another unless they say when. */
async function write(events: readonly Written[]): Promise<void> {
  const db = await database();
  const rows = events.map(({ at, ...event }, index) => {
    const row = { id: randomUUID(), at: at ?? minutes(index), ...event };
    return { ...row, originMac: originMacOf(row) };
  });
  if (rows.length > 0) await db.insert(auditEventsTable).values(rows);
}

interface Person {
  userId: string;
  sessionId: string;
  keyId: string;
  projectId: string;
}

async function newPerson(name: string): Promise<Person> {
  const [userId, sessionId, keyId, projectId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await sql(
    `insert into "user" (id, name, email, created_at, updated_at) values ($1, $2, $3, now(), now())`,
    [userId, name, `${userId}@example.com`],
  );
  await sql(
    `insert into user_ai_api_keys (id, user_id, provider, api_key, last4, fingerprint, label)
     values ($1, $2, 'anthropic', 'sealed', '1234', 'f', 'Work')`,
    [keyId, userId],
  );
  await sql("insert into projects (id, user_id, name) values ($1, $2, 'A plan')", [projectId, userId]);
  return { userId, sessionId, keyId, projectId };
}

function activity(person: Person, query: Partial<ActivityQuery> = {}): Promise<ActivityResponse> {
  return listActivity(person, activityQuerySchema.parse(query));
}

function eventsOf({ entries }: Pick<ActivityResponse, "entries">): AuditEventEntry[] {
  return entries.filter((entry) => entry.kind === "event");
}

function usesOf({ entries }: Pick<ActivityResponse, "entries">): AuditUsesEntry[] {
  return entries.filter((entry) => entry.kind === "uses");
}

/** All pages, one after the other. @param between runs after each page */
async function allPages(
  person: Person,
  query: Partial<ActivityQuery>,
  between: () => Promise<void> = async () => undefined,
): Promise<ActivityResponse["entries"]> {
  const entries: ActivityResponse["entries"] = [];
  let cursor: string | undefined;
  do {
    const page: ActivityResponse = await activity(person, { ...query, cursor });
    entries.push(...page.entries);
    cursor = page.next ?? undefined;
    await between();
  } while (cursor !== undefined);
  return entries;
}

function isOwnUse({ action, actor }: AuditEventEntry): boolean {
  return action === "value.opened" && actor.kind === "me";
}

function groupOf({ action }: Written): AuditGroup {
  if (action === "value.opened") return "uses";
  if (action === "ai_key.tested") return "keys";
  return action === "session.started" ? "sign_in" : "operation";
}

async function textOf(pieces: AsyncGenerator<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

async function linesOf(pieces: AsyncGenerator<string>) {
  return (await textOf(pieces))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, never> & { id: string });
}

/** On the embedded database only what its own SQL and driver could answer otherwise. */
export function auditLogBattery(kind: DatabaseKind): void {
  useDatabase(kind);
  let ada: Person;
  let bob: Person;
  beforeEach(async () => {
    await emptyTrail();
    [ada, bob] = [await newPerson("Ada"), await newPerson("Bob")];
  });

  const opened = (person: Person, at: Date, more: AuditDetail = {}): Written => ({
    at,
    actorId: person.userId,
    action: "value.opened",
    objectId: person.keyId,
    detail: { purpose: "chat", ...more },
  });

  describe("what a person reads", () => {
    test("is what they did and what others did to their things, whoever else is in the same record", async () => {
      const [gone, operator] = [randomUUID(), randomUUID()];
      await write([
        { actorId: ada.userId, action: "ai_key.saved", objectId: gone, detail: { provider: "openai" } },
        { actorId: ada.userId, action: "ai_key.deleted", objectId: gone, detail: { provider: "openai" } },
        { actorId: "system:vault", action: "ai_key.previous_dropped", objectId: gone },
        {
          actorId: operator,
          action: "person.sessions_ended",
          objectId: ada.userId,
          detail: { sessions: 2, session: "the operator's" },
        },
        { actorId: "system:vault", action: "account.altered", objectId: `user:${ada.userId}` },
        {
          actorId: "system:rotation",
          action: "value.resealed",
          objectId: "user_ai_api_keys.api_key",
          detail: { rows: [bob.keyId, ada.keyId, gone], dataKeysCreated: 2 },
        },
        { actorId: bob.userId, action: "value.open_denied", objectId: ada.keyId },
        { actorId: bob.userId, action: "project.renamed", objectId: bob.projectId },
        { actorId: operator, action: "person.suspended", objectId: bob.userId },
        {
          actorId: "system:rotation",
          action: "value.open_failed",
          objectId: "c",
          detail: { rows: [bob.keyId] },
        },
        { actorId: operator, action: "invitation.made", objectId: randomUUID() },
      ]);
      const page = await activity(ada);
      expect(eventsOf(page).map(({ action, actor }) => [action, actor.kind])).toEqual([
        ["value.open_denied", "someone"],
        ["value.resealed", "system"],
        ["account.altered", "system"],
        ["person.sessions_ended", "someone"],
        ["ai_key.previous_dropped", "system"],
        ["ai_key.deleted", "me"],
        ["ai_key.saved", "me"],
      ]);
      expect(eventsOf(page)[1]?.detail).toEqual({ rows: [ada.keyId, gone], dataKeysCreated: 2 });
      expect(page.things).toEqual({
        [ada.keyId]: { kind: "key", provider: "anthropic", label: "Work", last4: "1234" },
        [ada.userId]: { kind: "my_account" },
        [`user:${ada.userId}`]: { kind: "my_account" },
      });
      expect(eventsOf(page)[1]?.actor).toEqual({ kind: "system", id: "system:rotation", name: "rotation" });
      const files = await Promise.all(
        (["ndjson", "csv"] as const).map((format) => textOf(exportActivity(ada, {}, format))),
      );
      for (const text of [JSON.stringify(page), ...files]) {
        for (const foreign of [bob.userId, bob.keyId, bob.projectId, operator, "the operator's"]) {
          expect(text).not.toContain(foreign);
        }
      }
      const whole = (await linesOf(exportActivity(ada, {}, "ndjson"))).map((line) => line["whole"]);
      expect(whole).toEqual([false, false, true, false, true, true, true]);
      expect(eventsOf(await activity(bob)).map(({ action }) => action)).toEqual([
        "value.open_failed",
        "person.suspended",
        "project.renamed",
        "value.open_denied",
        "value.resealed",
      ]);
    });
  });

  describe("uses of keys", () => {
    test("are summed by day, key and purpose, each day where it begins in the reader's time zone", async () => {
      await write([
        // Berlin leaves summer time on 25 October 2026, a day of 25 hours.
        opened(ada, new Date("2026-10-24T21:59:59Z")),
        opened(ada, new Date("2026-10-24T22:00:00Z")),
        opened(ada, new Date("2026-10-25T22:59:59Z")),
        opened(ada, new Date("2026-10-25T22:30:00Z"), { purpose: "test" }),
        opened(ada, new Date("2026-10-25T23:00:00Z")),
        {
          at: new Date("2026-10-25T10:00:00Z"),
          actorId: ada.userId,
          action: "ai_key.changed",
          objectId: ada.keyId,
        },
        opened(bob, new Date("2026-10-25T11:00:00Z")),
      ]);
      const page = await activity(ada, { uses: "summed", timeZone: "Europe/Berlin" });
      expect(page.next).toBeNull();
      expect(
        page.entries.map((entry) =>
          entry.kind === "event" ? entry.action : [entry.from, entry.to, entry.purpose, entry.count],
        ),
      ).toEqual([
        ["2026-10-25T23:00:00.000000Z", "2026-10-26T23:00:00.000000Z", "chat", 1],
        "ai_key.changed",
        ["2026-10-24T22:00:00.000000Z", "2026-10-25T23:00:00.000000Z", "chat", 2],
        ["2026-10-24T22:00:00.000000Z", "2026-10-25T23:00:00.000000Z", "test", 1],
        ["2026-10-23T22:00:00.000000Z", "2026-10-24T22:00:00.000000Z", "chat", 1],
      ]);
      const kathmandu = usesOf(await activity(ada, { uses: "summed", timeZone: "Asia/Kathmandu" }));
      expect(kathmandu.map(({ from, count }) => [from.slice(0, 16), count])).toEqual([
        ["2026-10-25T18:15", 2],
        ["2026-10-25T18:15", 1],
        ["2026-10-24T18:15", 2],
      ]);
    });
  });

  if (kind === "embedded") return;

  describe("what a person reads besides", () => {
    test("is what was done for them to a limit, of their own or of everybody", async () => {
      const [own, shared, operator] = [randomUUID(), randomUUID(), randomUUID()];
      const limit = (verb: string, objectId: string, detail: AuditDetail): Written => ({
        actorId: operator,
        action: `limit.${verb}` as AuditAction,
        objectId,
        detail,
      });
      await write([
        limit("created", shared, { scope: "person" }),
        limit("created", own, { scope: "person", scopeId: ada.userId }),
        limit("raised", shared, { by: 1, personId: bob.userId }),
        limit("changed", own, { amount: 5 }),
        limit("raised", shared, { by: 2, personId: ada.userId }),
        limit("changed", shared, { amount: 7 }),
      ]);
      const told = await activity(ada, { group: "limits" });
      expect(eventsOf(told).map(({ action, detail }) => [action, detail["by"] ?? detail["amount"]])).toEqual([
        ["limit.raised", 2],
        ["limit.changed", 5],
        ["limit.created", undefined],
      ]);
      expect(eventsOf(await activity(ada, { object: shared }))).toHaveLength(1);
      expect(eventsOf(await activity(bob)).map(({ detail }) => detail["by"])).toEqual([1]);
    });

    test("of another person's object is nothing", async () => {
      await write([
        opened(bob, minutes(0)),
        { actorId: bob.userId, action: "ai_key.changed", objectId: bob.keyId },
        {
          actorId: "system:rotation",
          action: "value.resealed",
          objectId: "c",
          detail: { rows: [bob.keyId] },
        },
      ]);
      for (const uses of ["summed", "each"] as const) {
        for (const object of [bob.keyId, bob.userId, bob.projectId, "c"]) {
          expect(await activity(ada, { object, uses })).toEqual({ entries: [], things: {}, next: null });
        }
      }
      expect(eventsOf(await activity(bob, { object: bob.keyId }))).toHaveLength(3);
    });

    test("says from which device, also of a session that is over", async () => {
      const gone = randomUUID();
      await write([
        {
          actorId: ada.userId,
          action: "session.started",
          objectId: gone,
          detail: { device: "Firefox on Linux" },
        },
        { actorId: ada.userId, action: "ai_key.tested", objectId: ada.keyId, detail: { session: gone } },
        { actorId: ada.userId, action: "session.ended", objectId: gone },
        {
          actorId: ada.userId,
          action: "ai_key.changed",
          objectId: ada.keyId,
          detail: { session: ada.sessionId },
        },
      ]);
      const there = { id: gone, device: "Firefox on Linux", isCurrent: false };
      expect(eventsOf(await activity(ada)).map(({ session }) => session)).toEqual([
        { id: ada.sessionId, device: null, isCurrent: true },
        there,
        there,
        there,
      ]);
    });

    test("is filtered by group, and an action without a group is one of operation", async () => {
      const other = "something.new" as AuditAction;
      await write([
        opened(ada, minutes(0)),
        ...(["ai_key.tested", "session.started", "password.changed", "project.created", other] as const).map(
          (action): Written => ({ actorId: ada.userId, action, objectId: "o" }),
        ),
        { actorId: "system:start", action: "value.opened", objectId: ada.keyId },
      ]);
      const actions = async (group: ActivityQuery["group"]) =>
        eventsOf(await activity(ada, { group })).map(({ action }) => action);
      // What the server opens itself is as little news among them as a person's own uses.
      expect(await actions("keys")).toEqual(["ai_key.tested"]);
      expect(await actions("uses")).toEqual(["value.opened"]);
      expect(await actions("sign_in")).toEqual(["password.changed", "session.started"]);
      expect(await actions("projects")).toEqual(["project.created"]);
      expect(await actions("operation")).toEqual([other]);
      expect(await actions("limits")).toEqual([]);
    });

    test("beyond what is counted of a day are told as at least that many", async () => {
      const [{ userId, keyId }] = [ada];
      await sql(
        `insert into audit_events (id, at, actor_id, action, object_id)
         select gen_random_uuid(), timestamptz '2026-10-20 12:00Z' + n * interval '1 second', $1, 'value.opened', $2
         from generate_series(1, 1001) n`,
        [userId, keyId],
      );
      expect(usesOf(await activity(ada, { uses: "summed" }))).toMatchObject([
        { count: 1000, isAtLeast: true },
      ]);
    });
  });

  describe("paging", () => {
    const entry = record({
      minute: integer({ min: 0, max: 30 }).map((step) => step * 140),
      action: constantFrom<AuditAction>("value.opened", "value.opened", "ai_key.tested", "project.renamed"),
      isOthers: boolean(),
    });
    const written = array(entry, { maxLength: 60 });

    test("shows each event once, in one order, whatever is written meanwhile, and the export has the same", async () => {
      await assert(
        asyncProperty(written, integer({ min: 1, max: 9 }), async (events, limit) => {
          await emptyTrail();
          await write(
            events.map(({ minute, action, isOthers }) => ({
              at: minutes(minute),
              // Of the same moment there are several.
              actorId: isOthers ? "system:start" : ada.userId,
              action,
              objectId: ada.keyId,
              detail: { purpose: "chat" },
            })),
          );
          const whole = (await activity(ada, { limit: 200 })).entries as AuditEventEntry[];
          expect(whole).toHaveLength(events.length);
          const others = whole.filter(({ action }) => action !== "value.opened");
          const ownUses = whole.filter(isOwnUse);
          const to = minutes(LATER).toISOString();
          let later = LATER;
          const writeLater = () => write([opened(ada, minutes(later++))]);
          expect(await allPages(ada, { limit }, writeLater)).toEqual(whole);
          const exported = await linesOf(exportActivity(ada, { to }, "ndjson"));
          expect(exported.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
          for (const timeZone of ["UTC", "Pacific/Apia"]) {
            const summed = await allPages(ada, { to, limit, uses: "summed", timeZone });
            expect(eventsOf({ entries: summed })).toEqual(others);
            const uses = usesOf({ entries: summed });
            expect(uses.reduce((sum, { count }) => sum + count, 0)).toBe(ownUses.length);
            expect(new Set(uses.map(({ from }) => from)).size).toBe(uses.length);
          }
          const meanwhile = await allPages(ada, { limit, uses: "summed" }, writeLater);
          expect(eventsOf({ entries: meanwhile })).toEqual(others);
          const days = usesOf({ entries: meanwhile }).map(({ from }) => from);
          expect(new Set(days).size).toBe(days.length);
        }),
        { numRuns: 4 },
      );
    });
  });

  describe("what an operator reads", () => {
    test("is all of it, with people by name and without what they named", async () => {
      const gone = randomUUID();
      await write([
        { actorId: ada.userId, action: "ai_key.changed", objectId: ada.keyId },
        { actorId: gone, action: "project.renamed", objectId: randomUUID() },
        { actorId: "system:operator", action: "person.suspended", objectId: bob.userId },
        opened(ada, minutes(3)),
        { actorId: "system:vault", action: "account.altered", objectId: `user:${ada.userId}` },
      ]);
      const page = await listAuditEvents(auditLogQuerySchema.parse({}));
      const account = { kind: "account", id: ada.userId, name: "Ada", email: `${ada.userId}@example.com` };
      expect(page.entries.map(({ actor }) => actor)).toEqual([
        { kind: "system", id: "system:vault", name: "vault" },
        account,
        { kind: "system", id: "system:operator", name: "operator" },
        { kind: "deleted_account", id: gone },
        account,
      ]);
      expect(page.things[bob.userId]).toMatchObject({ kind: "account", name: "Bob" });
      expect(page.things[`user:${ada.userId}`]).toMatchObject({ kind: "account", name: "Ada" });
      expect(JSON.stringify(page)).not.toContain("Work");
      expect(JSON.stringify(page)).not.toContain("A plan");
    });

    test("is the same by any filter as by looking at each record", async () => {
      const [actors, objects] = [
        [ada.userId, bob.userId, "system:start"],
        [ada.keyId, "vault", "x".repeat(100)],
      ];
      const actions: AuditAction[] = [
        "value.opened",
        "ai_key.tested",
        "session.started",
        "key_rotation.started",
      ];
      let at = 0;
      const all = actors.flatMap((actorId) =>
        objects.flatMap((objectId) =>
          actions.map((action): Written => ({ at: minutes(at++), actorId, objectId, action })),
        ),
      );
      await write(all);
      for (const actor of [undefined, ...actors]) {
        for (const object of [undefined, ...objects]) {
          for (const group of [undefined, "uses", "keys"] as const) {
            for (const uses of group ? (["each"] as const) : (["each", "left_out"] as const)) {
              const query = {
                actor,
                object,
                group,
                uses,
                from: minutes(4).toISOString(),
                to: minutes(33).toISOString(),
              };
              const { entries } = await listAuditEvents(auditLogQuerySchema.parse(query));
              const expected = all
                .slice(4, 33)
                .filter(
                  (each) =>
                    (actor === undefined || each.actorId === actor) &&
                    (object === undefined || each.objectId === object) &&
                    (group === undefined
                      ? uses === "each" || groupOf(each) !== "uses"
                      : groupOf(each) === group),
                );
              expect(entries.map((each) => each.at.slice(0, 19))).toEqual(
                expected.map((each) => each.at?.toISOString().slice(0, 19)).toReversed(),
              );
            }
          }
        }
      }
    });
  });

  describe("an exported file", () => {
    test("has the places of the chain, with which every MAC can be computed again", async () => {
      const keys = new TestMacKeys();
      const count = 1020;
      await write(
        Array.from({ length: count }, (_, index) => ({ ...opened(ada, minutes(index), { n: index }) })),
      );
      let chained: number;
      do chained = await chainAuditEvents(keys);
      while (chained > 0);
      const lines = (
        await linesOf(await exportAuditEvents({ system: "operator" }, {}, "ndjson"))
      ).toReversed();
      // The record of the export itself has no place yet.
      expect(lines.pop()).toMatchObject({ action: "audit.exported", seq: null, mac: null });
      expect(lines).toHaveLength(count);
      const stored = await sql(
        "select id, seq::int as seq, mac, mac_key_id, origin_mac from audit_events where seq is not null order by seq",
      );
      expect(
        lines.map((line) => ({
          id: line.id,
          seq: line["seq"],
          mac: line["mac"],
          mac_key_id: line["macKeyId"],
          origin_mac: line["origin"],
        })),
      ).toEqual(stored);
      const key = await keys.find("key-1");
      let previousMac = "";
      for (const line of lines as unknown as {
        seq: number;
        mac: string;
        id: string;
        at: string;
        actor: string;
        action: string;
        object: string;
        detail: object;
      }[]) {
        const micros = `${Date.parse(`${line.at.slice(0, 23)}Z`)}${line.at.slice(23, 26)}`;
        if (!key) throw new Error("no key");
        const mac = auditRecordMac(
          key,
          { seq: BigInt(line.seq), previousMac },
          {
            id: line.id,
            at: micros,
            actorId: line.actor,
            action: line.action,
            objectId: line.object,
            detail: JSON.stringify(line.detail),
          },
        );
        expect(mac).toBe(line.mac);
        previousMac = line.mac;
      }
    });

    test("opens in a spreadsheet without running anything", async () => {
      const signs = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'a"b,c', "a;=1"];
      await write(signs.map((objectId) => ({ actorId: ada.userId, action: "ai_key.tested", objectId })));
      const csv = await textOf(await exportAuditEvents({ system: "operator" }, { actor: ada.userId }, "csv"));
      for (const sign of signs.slice(0, 4)) expect(csv).toContain(`,'${sign},`);
      expect(csv).toContain(`,'\t'=1,`);
      expect(csv).toContain(`"'\r'=1"`);
      expect(csv).toContain(",a;'=1,");
      expect(csv).toContain(`,"a""b,c",`);
      expect(csv.split("\n")[0]).toBe("seq,at,actor,action,object,detail,id,mac,macKeyId,origin,whole");
    });

    test("by an operator is on record, for the person whose records they are", async () => {
      await exportAuditEvents({ userId: bob.userId }, { actor: ada.userId, group: "keys" }, "csv");
      expect(eventsOf(await activity(ada))).toMatchObject([
        {
          action: "audit.exported",
          actor: { kind: "someone" },
          detail: { format: "csv", filters: ["actor", "group"] },
        },
      ]);
    });
  });
}
