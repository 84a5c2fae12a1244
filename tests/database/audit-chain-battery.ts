import { createSecretKey, randomBytes, randomUUID } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { auditFindings } from "@/domain/vault/audit/audit-findings";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { auditRecordColumns, auditRecordMac } from "@/domain/vault/audit/audit-record";
import { type AuditMacKeys, chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { noteFirstHead } from "@/domain/vault/audit/first-noted-head";
import { notedHeadFile } from "@/domain/vault/audit/noted-head";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { verifyAuditChain } from "@/domain/vault/audit/verify-audit-chain";
import { database } from "@/lib/db/client";
import { auditChainTable, auditEventsTable } from "@/lib/db/schema";
import { chainOf, emptyTrail, sql, TestMacKeys, withoutTriggers, writeRecords } from "./audit-support";

const LENGTH = 12;

/** Statements that tamper with the trail. */
const contents = "at, actor_id, action, object_id, detail";

const swapContents = (left: number, right: number) =>
  `update audit_events a set (${contents}) = (select ${contents} from audit_events b where b.seq = case a.seq when ${left} then ${right} else ${left} end)
   where a.seq in (${left}, ${right})`;

const swapSeqs = (left: number, right: number) => [
  `update audit_events set seq = -1 where seq = ${left}`,
  `update audit_events set seq = ${left} where seq = ${right}`,
  `update audit_events set seq = ${right} where seq = -1`,
];

const swapMacs = (left: number, right: number) =>
  `update audit_events a set mac = (select mac from audit_events b where b.seq = case a.seq when ${left} then ${right} else ${left} end)
   where a.seq in (${left}, ${right})`;

const put = (seq: number) =>
  `insert into audit_events (actor_id, action, seq, mac, mac_key_id) values ('x', 'value.opened', ${seq}, '${"ab".repeat(32)}', 'key-1')`;

const insert = (columns: string, values: string) =>
  `insert into audit_events (actor_id, action, object_id${columns}) values ('person-1', 'value.opened', 'object-1'${values})`;

/** Values that both databases' drivers write, read and hash identically. */
export function untouchedChain(): void {
  let keys: TestMacKeys;
  beforeEach(() => {
    keys = new TestMacKeys();
  });

  describe("an untouched chain", () => {
    test("verifies when it is empty", async () => {
      await emptyTrail();
      expect(await chainAuditEvents(keys)).toBe(0);
      expect(await verifyAuditChain(keys)).toEqual({
        ok: true,
        records: 0,
        pending: 0,
        head: null,
        problems: [],
        problemCount: 0,
      });
    });

    test("of 5,000 records verifies, and reports a head to be noted", async () => {
      await flushAuditEvents();
      await emptyTrail();
      await writeRecords(5_000);
      const chained: number[] = [];
      do chained.push(await chainAuditEvents(keys));
      while (chained.at(-1));
      expect(chained).toEqual([1000, 1000, 1000, 1000, 1000, 0]);
      const report = await verifyAuditChain(keys);
      expect(report).toMatchObject({ ok: true, records: 5000, pending: 0, problems: [] });
      const [last] = await sql("select seq::int, mac from audit_events order by seq desc limit 1");
      expect(report.head).toEqual(last);
      expect(await verifyAuditChain(keys, { expectedHead: report.head ?? undefined })).toEqual(report);
      // Oldest first.
      const [order] = await sql<{ inOrder: boolean }>(
        `select bool_and(at <= later) as "inOrder" from (select at, lead(at) over (order by seq) as later from audit_events) as t`,
      );
      expect(order?.inOrder).toBe(true);
    });

    test("grows beyond a head that was noted before", async () => {
      await chainOf(keys, 3);
      const { head } = await verifyAuditChain(keys);
      await writeRecords(3);
      await chainAuditEvents(keys);
      expect(await verifyAuditChain(keys, { expectedHead: head ?? undefined })).toMatchObject({
        ok: true,
        records: 6,
      });
    });

    test("may change its key on the way", async () => {
      await chainOf(keys, 3);
      keys.currentId = "key-2";
      await writeRecords(3);
      await chainAuditEvents(keys);
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 6 });
      const used = await sql("select mac_key_id, count(*)::int from audit_events group by 1 order by 1");
      expect(used).toEqual([
        { mac_key_id: "key-1", count: 3 },
        { mac_key_id: "key-2", count: 3 },
      ]);
    });

    test("counts what is not chained yet", async () => {
      await chainOf(keys, 2);
      await writeRecords(4);
      expect(await chainAuditEvents(keys, 1)).toBe(1);
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 3, pending: 3 });
    });

    test("takes texts of every kind, and no detail at all", async () => {
      await emptyTrail();
      const db = await database();
      const detail = { "": '\u2028\u{1f511}\\"', Z: -0.5, a: [], é: ["x", ""], b: true };
      await recordAuditEvent(db, { userId: "pérson" }, "value.opened", "object", detail);
      await recordAuditEvent(db, { system: "rotation" }, "key_rotation.started", "rotation-1");
      await chainAuditEvents(keys);
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 2 });
      expect(await sql("select actor_id, detail from audit_events order by detail nulls last")).toEqual([
        { actor_id: "pérson", detail },
        { actor_id: "system:rotation", detail: null },
      ]);
    });
  });
}

/** What the chain guarantees against anyone who has the database's password. */
export function auditChainBattery(): void {
  let keys: TestMacKeys;
  beforeEach(() => {
    keys = new TestMacKeys();
  });

  untouchedChain();

  async function problemsAfter(...tampering: string[]) {
    await withoutTriggers(...tampering);
    const report = await verifyAuditChain(keys);
    expect(report.ok).toBe(report.problems.length === 0);
    expect(report.problemCount).toBe(report.problems.length);
    return report.problems;
  }

  describe("a record changed behind the application's back", () => {
    const edits: [column: string, change: string][] = [
      ["id", `id = '${randomUUID()}'`],
      ["at, by a microsecond", "at = at + interval '1 microsecond'"],
      ["at, to infinity", "at = 'infinity'"],
      ["actor_id", "actor_id = 'person-1'"],
      ["action", "action = 'value.resealed'"],
      ["object_id", "object_id = 'object-1'"],
      ["object_id, to null", "object_id = null"],
      ["detail, one value", `detail = jsonb_set(detail, '{count}', '6')`],
      [
        "detail, a number by a digit no double has",
        `detail = jsonb_set(detail, '{count}', '5.00000000000000000001')`,
      ],
      ["detail, one name", `detail = detail - 'count' || '{"counts": 5}'`],
      ["detail, one more", `detail = detail || '{"more": true}'`],
      ["detail, the order of a list", `detail = jsonb_set(detail, '{ids}', '["b5", "a5"]')`],
      ["detail, to null", "detail = null"],
      ["detail, to the JSON null", `detail = 'null'`],
      ["mac", `mac = '${"0".repeat(64)}'`],
      ["mac, in upper case", "mac = upper(mac)"],
      ["mac, to another record's", "mac = (select mac from audit_events where seq = 3)"],
      ["mac_key_id, to another key", "mac_key_id = 'key-2'"],
    ];
    test.each(edits)("is found: %s", async (_column, change) => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(`update audit_events set ${change} where seq = 6`)).toEqual([
        { kind: "edited", seq: 6, id: expect.any(String) },
      ]);
    });

    test("is found: actor_id and object_id with the text moved over from one to the other", async () => {
      await chainOf(keys, LENGTH);
      expect(
        await problemsAfter(
          "update audit_events set actor_id = 'person-5value', action = '.opened' where seq = 6",
        ),
      ).toMatchObject([{ kind: "edited", seq: 6 }]);
    });

    test("is found: the key id, to a key that does not exist", async () => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter("update audit_events set mac_key_id = 'none' where seq = 6")).toMatchObject([
        { kind: "key_unknown", seq: 6, macKeyId: "none" },
      ]);
    });

    test("is found first and last in the chain", async () => {
      await chainOf(keys, LENGTH);
      expect(
        await problemsAfter("update audit_events set actor_id = 'x' where seq in (1, 12)"),
      ).toMatchObject([
        { kind: "edited", seq: 1 },
        { kind: "edited", seq: 12 },
      ]);
    });

    test("is found: a record replaced with a forged MAC; the next one cannot be distinguished from a forged one then", async () => {
      await chainOf(keys, LENGTH);
      const forged = await recomputedTail(6, 6);
      expect(
        await problemsAfter("update audit_events set actor_id = 'x' where seq = 6", ...forged),
      ).toMatchObject([
        { kind: "edited", seq: 6 },
        { kind: "edited", seq: 7 },
      ]);
    });

    test("is found: the whole tail computed anew with a wrong key, and the head with it", async () => {
      await chainOf(keys, LENGTH);
      await withoutTriggers("update audit_events set actor_id = 'x' where seq = 6");
      const problems = await problemsAfter(...(await recomputedTail(6, LENGTH)));
      expect(problems.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual(
        [6, 7, 8, 9, 10, 11, 12].map((seq) => `edited ${seq}`),
      );
    });

    test("in a long chain is counted each time and listed a hundred times", async () => {
      await chainOf(keys, 700);
      await withoutTriggers("update audit_events set action = 'x' where seq % 2 = 0");
      const report = await verifyAuditChain(keys);
      expect(report).toMatchObject({ ok: false, records: 700, problemCount: 350 });
      expect(report.problems).toHaveLength(100);
    });

    test("gives no report while the key store is down, since it cannot be distinguished", async () => {
      await chainOf(keys, LENGTH);
      keys.isDown = true;
      await expect(verifyAuditChain(keys)).rejects.toThrow("the key store is down");
    });

    test("cannot be detected once the key is destroyed, and the report says so", async () => {
      await chainOf(keys, 3);
      keys.forget("key-1");
      const report = await verifyAuditChain(keys);
      expect(report.ok).toBe(false);
      expect(report.problems.map((problem) => problem.kind)).toEqual(Array(3).fill("key_unknown"));
    });
  });

  describe("a record removed", () => {
    test.each([
      ["at the start", "seq <= 2", { kind: "missing", seq: 1, count: 2 }],
      ["in the middle", "seq = 6", { kind: "missing", seq: 6, count: 1 }],
      ["at the end", "seq >= 10", { kind: "missing", seq: 10, count: 3 }],
      ["everywhere", "true", { kind: "missing", seq: 1, count: 12 }],
    ])("%s is found", async (_where, condition, problem) => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(`delete from audit_events where ${condition}`)).toEqual([problem]);
    });

    test("and taken out of the chain is chained anew as it was, and not after a change", async () => {
      await chainOf(keys, LENGTH);
      const unchained = "seq = null, mac = null, mac_key_id = null";
      await withoutTriggers(
        `update audit_events set ${unchained}, actor_id = 'x' where seq = 6`,
        `update audit_events set ${unchained} where seq = 7`,
      );
      expect(await chainAuditEvents(keys)).toBe(1);
      expect(await problemsAfter()).toEqual([
        { kind: "missing", seq: 6, count: 2 },
        { kind: "not_recorded", seq: null, id: expect.any(String) },
      ]);
    });

    test("at the end, and the gap closed by renumbering, is found", async () => {
      await chainOf(keys, LENGTH);
      const problems = await problemsAfter(
        "delete from audit_events where seq = 6",
        "update audit_events set seq = -seq where seq > 6",
        "update audit_events set seq = -seq - 1 where seq < 0",
        "update audit_chain set seq = 11",
      );
      expect(problems).toContainEqual(expect.objectContaining({ kind: "edited", seq: 6 }));
    });

    test("at the end with the head rewound is found by a head noted elsewhere, also without the server's own", async () => {
      await chainOf(keys, LENGTH);
      const noted = (await verifyAuditChain(keys)).head ?? undefined;
      await withoutTriggers(
        "delete from audit_events where seq > 9",
        "update audit_chain set seq = 9, mac = (select mac from audit_events where seq = 9)",
      );
      rmSync(notedHeadFile());
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 9 });
      expect(await verifyAuditChain(keys, { expectedHead: noted })).toMatchObject({
        ok: false,
        problems: [{ kind: "cut_off", seq: 12 }],
      });
      // Letting the server extend the chain again does not hide it.
      await writeRecords(8);
      await chainAuditEvents(keys);
      expect(await verifyAuditChain(keys, { expectedHead: noted })).toMatchObject({
        ok: false,
        records: 17,
        problems: [{ kind: "cut_off", seq: 12 }],
      });
    });
  });

  describe("records in another order", () => {
    test.each([
      [3, 9],
      [5, 6],
      [1, 2],
      [1, 12],
    ])("are found: seq %i and %i swapped", async (left, right) => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(...swapSeqs(left, right))).toMatchObject(
        // The last record is not the head any more.
        [
          { kind: "reordered", seq: left, chainedAt: right },
          { kind: "reordered", seq: right, chainedAt: left },
          ...(right === LENGTH ? [{ kind: "head_mismatch", seq: LENGTH }] : []),
        ],
      );
    });

    test("are found: whole records swapped under MACs that stay", async () => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(...swapSeqs(3, 9), swapMacs(3, 9))).toMatchObject([
        { kind: "reordered", seq: 3, chainedAt: 9 },
        { kind: "reordered", seq: 9, chainedAt: 3 },
      ]);
    });

    test("are found: contents swapped between two ids", async () => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(swapContents(3, 9))).toMatchObject([
        { kind: "edited", seq: 3 },
        { kind: "edited", seq: 9 },
      ]);
    });

    test("are found: three turned round", async () => {
      await chainOf(keys, LENGTH);
      const problems = await problemsAfter(...swapSeqs(3, 7), ...swapSeqs(7, 10));
      expect(problems.map((problem) => [problem.kind, problem.seq])).toEqual([
        ["reordered", 3],
        ["reordered", 7],
        ["reordered", 10],
      ]);
    });
  });

  describe("a record put in", () => {
    test("in the middle, all later ones moved up, is found", async () => {
      await chainOf(keys, LENGTH);
      const problems = await problemsAfter(
        "update audit_events set seq = -seq where seq >= 6",
        "update audit_events set seq = 1 - seq where seq < 0",
        put(6),
        "update audit_chain set seq = 13",
      );
      expect(problems[0]).toMatchObject({ kind: "edited", seq: 6 });
      expect(problems[1]).toMatchObject({ kind: "reordered", seq: 7, chainedAt: 6 });
    });

    test("at the end is found, whether the head was moved or not", async () => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(put(13))).toMatchObject([
        { kind: "edited", seq: 13 },
        { kind: "head_mismatch", seq: 13 },
      ]);
      expect(
        await problemsAfter(`update audit_chain set seq = 13, mac = '${"ab".repeat(32)}'`),
      ).toMatchObject([{ kind: "edited", seq: 13 }]);
    });

    test("before the first is found", async () => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(put(0), put(-5))).toMatchObject([
        { kind: "edited", seq: -5 },
        { kind: "edited", seq: 0 },
      ]);
    });

    test("at the largest number there is does not upset the verification", async () => {
      await chainOf(keys, LENGTH);
      const largest = 9_223_372_036_854_775_807n;
      const problems = await problemsAfter(put(0).replace("'x', 'value.opened', 0", `'x', 'y', ${largest}`));
      expect(problems.map((problem) => problem.kind)).toEqual(["missing", "head_mismatch"]);
    });

    test.each([
      ["in the middle", 6],
      ["where one page of the verification ends", 500],
    ])("twice at one place, uniqueness dropped, is found %s", async (_where, seq) => {
      await chainOf(keys, 501);
      await sql("alter table audit_events drop constraint audit_events_seq_unique");
      // Read after the genuine one, which is the last of its page at 500.
      const problems = await problemsAfter(
        put(seq),
        "update audit_events set id = 'ffffffff-ffff-4fff-bfff-ffffffffffff' where actor_id = 'x'",
      );
      await withoutTriggers("delete from audit_events where actor_id = 'x'");
      await sql("alter table audit_events add constraint audit_events_seq_unique unique (seq)");
      expect(problems).toEqual([{ kind: "edited", seq, id: "ffffffff-ffff-4fff-bfff-ffffffffffff" }]);
    });
  });

  describe("a history that was rewritten", () => {
    const unchained = "seq = null, mac = null, mac_key_id = null";
    const rewritings: [what: string, statements: string[]][] = [
      [
        "edited, and taken out of the chain as a whole",
        [
          "update audit_events set actor_id = 'x' where seq in (3, 4)",
          `update audit_events set ${unchained}`,
          "update audit_chain set seq = 0, mac = ''",
        ],
      ],
      [
        "taken out of the chain as a whole, in another order",
        [
          "update audit_events set at = at + interval '1 hour' where seq = 3",
          `update audit_events set ${unchained}`,
          "update audit_chain set seq = 0, mac = ''",
        ],
      ],
      ["emptied", ["delete from audit_events", "update audit_chain set seq = 0, mac = ''"]],
      [
        "cut by the newest three",
        [
          "delete from audit_events where seq > 9",
          "update audit_chain set seq = 9, mac = (select mac from audit_events where seq = 9)",
        ],
      ],
      [
        "cut by the newest three, which wait to be chained again",
        [
          `update audit_events set ${unchained} where seq > 9`,
          "update audit_chain set seq = 9, mac = (select mac from audit_events where seq = 9)",
        ],
      ],
    ];
    test.each(rewritings)(
      "%s is not signed: records are taken, none is chained",
      async (_what, statements) => {
        await chainOf(keys, LENGTH);
        await withoutTriggers(...statements);
        await expect(chainAuditEvents(keys)).rejects.toThrow("does not go through record 12 any more");
        expect(await verifyAuditChain(keys)).toMatchObject({ ok: false });
        await writeRecords(2);
        await expect(chainAuditEvents(keys)).rejects.toMatchObject({ code: "audit_chain_broken" });
        const report = await verifyAuditChain(keys);
        expect(report.ok).toBe(false);
        expect(report.problems).toContainEqual({ kind: "cut_off", seq: 12 });
        expect(await auditFindings(keys)).toEqual(
          expect.arrayContaining([expect.stringContaining("The audit trail went back")]),
        );
      },
    );

    test("is found by a server that lags behind: others have chained since", async () => {
      await chainOf(keys, LENGTH);
      const lagging = readFileSync(notedHeadFile(), "utf8");
      await writeRecords(5);
      await chainAuditEvents(keys);
      writeFileSync(notedHeadFile(), lagging);
      await writeRecords(1);
      expect(await chainAuditEvents(keys)).toBe(1);
      writeFileSync(notedHeadFile(), lagging);
      await withoutTriggers(
        "delete from audit_events where seq > 10",
        "update audit_chain set seq = 10, mac = (select mac from audit_events where seq = 10)",
      );
      await expect(chainAuditEvents(keys)).rejects.toThrow("does not go through record 12");
    });
  });

  describe("a record that no server wrote", () => {
    const copied = `insert into audit_events (at, actor_id, action, object_id, detail, origin_mac)
      select at, actor_id, action, object_id, detail, origin_mac from audit_events where seq = 1`;
    test.each([
      ["unsigned", insert("", "")],
      ["with a MAC that is none", insert(", origin_mac", ", 'x'")],
      ["with the MAC of a genuine one, and another id", copied],
      [
        "as the database's own, of a key that is not destroyed",
        insert("", "").replace("'person-1', 'value.opened'", "'system:owner-deleted', 'data_key.destroyed'"),
      ],
    ])("is never chained, found, and holds up no other: %s", async (_what, statement) => {
      await chainOf(keys, 3);
      await sql(statement);
      await writeRecords(2);
      expect(await chainAuditEvents(keys)).toBe(2);
      expect(await chainAuditEvents(keys)).toBe(0);
      const report = await verifyAuditChain(keys);
      expect(report).toMatchObject({
        ok: false,
        records: 5,
        pending: 1,
        problems: [{ kind: "not_recorded" }],
      });
      expect(await auditFindings(keys)).toEqual([expect.stringContaining("1 records in audit_events")]);
    });

    test("also a thousand of them, older than what a server wrote", async () => {
      await chainOf(keys, 3);
      await sql(`insert into audit_events (at, actor_id, action)
        select '2020-01-01', 'x', 'value.opened' from generate_series(1, 1000)`);
      await writeRecords(2);
      expect(await chainAuditEvents(keys, 10)).toBe(2);
    });

    test("but was changed while it waited, is not chained", async () => {
      await chainOf(keys, 3);
      await writeRecords(2);
      await withoutTriggers(
        `update audit_events set actor_id = 'x' where seq is null and object_id = 'object-1'`,
      );
      expect(await chainAuditEvents(keys)).toBe(1);
      expect((await verifyAuditChain(keys)).problems).toMatchObject([{ kind: "not_recorded" }]);
    });

    test("is chained if it is the database's own: the keys of a deleted owner are destroyed by a trigger", async () => {
      await emptyTrail();
      await sql(`insert into "user" (id, name, email) values ('gone', 'G', 'gone@example.com')`);
      await sql(
        "insert into data_keys (id, owner_kind, owner_id, wrapped) values ('key-of-gone', 'user', 'gone', 'orcw1.k1.x')",
      );
      await sql(`delete from "user" where id = 'gone'`);
      expect(await chainAuditEvents(keys)).toBe(1);
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 1, pending: 0 });
    });
  });

  describe("the head noted outside the database", () => {
    test("is in a file of the server's own, and is noted by a server that has none", async () => {
      await chainOf(keys, 3);
      const text = readFileSync(notedHeadFile(), "utf8");
      expect(statSync(notedHeadFile()).mode & 0o777).toBe(0o600);
      rmSync(notedHeadFile());
      await noteFirstHead(keys);
      expect(readFileSync(notedHeadFile(), "utf8")).toBe(text);
    });

    test.each([
      ["an earlier head", (text: string) => text.replace('"seq":"3"', '"seq":"2"'), "was changed"],
      ["something else", () => "{}", "is damaged"],
    ])("is refused with %s put in", async (_what, change, finding) => {
      await chainOf(keys, 3);
      writeFileSync(notedHeadFile(), change(readFileSync(notedHeadFile(), "utf8")));
      await writeRecords(1);
      await expect(chainAuditEvents(keys)).rejects.toThrow(finding);
      expect((await verifyAuditChain(keys)).problems).toMatchObject([{ kind: "noted_head_unusable" }]);
    });
  });

  describe("the head", () => {
    const rewound = "update audit_chain set seq = 9, mac = (select mac from audit_events where seq = 9)";
    const damages: [what: string, statement: string, finding: string][] = [
      ["rewound", rewound, "it does not go through record 12 any more"],
      ["with another MAC", `update audit_chain set mac = '${"0".repeat(64)}'`, "its head has another MAC"],
      ["deleted", "delete from audit_chain", "its head is missing"],
    ];
    test.each(damages)("%s is found, and nothing is chained behind it", async (_what, statement, finding) => {
      await chainOf(keys, LENGTH);
      expect(await problemsAfter(statement)).toEqual([{ kind: "head_mismatch", seq: LENGTH }]);
      await writeRecords(2);
      await expect(chainAuditEvents(keys)).rejects.toThrow(finding);
      await expect(chainAuditEvents(keys)).rejects.toMatchObject({ code: "audit_chain_broken" });
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: false, records: LENGTH, pending: 2 });
    });

    test("goes on over a last record that was removed, and the gap stays visible", async () => {
      await chainOf(keys, LENGTH);
      await withoutTriggers("delete from audit_events where seq = 12");
      await writeRecords(2);
      expect(await chainAuditEvents(keys)).toBe(2);
      expect(await problemsAfter()).toEqual([{ kind: "missing", seq: 12, count: 1 }]);
    });
  });

  describe("the database refuses", () => {
    const refusals: [what: string, statement: string, message: string][] = [
      [
        "to change a chained record",
        "update audit_events set actor_id = 'x' where seq = 2",
        "a chained record is never changed",
      ],
      [
        "to take a record out of the chain",
        "update audit_events set seq = null, mac = null, mac_key_id = null where seq = 2",
        "a chained record is never changed",
      ],
      [
        "to change a record that waits",
        "update audit_events set actor_id = 'x' where seq is null",
        "chaining may set seq, mac and mac_key_id",
      ],
      [
        "to change how a number is spelled",
        `update audit_events set detail = jsonb_set(detail, '{count}', '0.0') where seq is null`,
        "chaining may set seq, mac and mac_key_id",
      ],
      [
        "to change a record while it is chained",
        "update audit_events set action = 'x', seq = 99, mac = '', mac_key_id = '' where seq is null",
        "chaining may set seq, mac and mac_key_id",
      ],
      ["to delete a chained record", "delete from audit_events where seq = 2", "records are never deleted"],
      [
        "to delete a record that waits",
        "delete from audit_events where seq is null",
        "records are never deleted",
      ],
      ["to empty the table", "truncate audit_events", "records are never deleted"],
      [
        "a record that brings its own place",
        "insert into audit_events (actor_id, action, seq, mac, mac_key_id) values ('x', 'y', 4, '', '')",
        "gets its place when it is chained",
      ],
      ["to rewind the head", "update audit_chain set seq = 1", "only moves forward"],
      ["to delete the head", "delete from audit_chain", "never deleted"],
      ["to empty the head's table", "truncate audit_chain", "never deleted"],
    ];
    test.each(refusals)("%s", async (_what, statement, message) => {
      await chainOf(keys, 3);
      await writeRecords(1);
      await expect(sql(statement)).rejects.toMatchObject({
        code: "OA001",
        message: expect.stringContaining(message),
      });
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 3, pending: 1 });
    });

    test("a place without a MAC, and a second head", async () => {
      await emptyTrail();
      await writeRecords(1);
      await expect(sql("update audit_events set seq = 1")).rejects.toMatchObject({ code: "23514" });
      await expect(sql("insert into audit_chain (id, seq, mac) values (2, 0, '')")).rejects.toMatchObject({
        code: "23514",
      });
    });
  });

  test("records wait while the key store is down, and are chained when it is back", async () => {
    await emptyTrail();
    await writeRecords(3);
    keys.isDown = true;
    await expect(chainAuditEvents(keys)).rejects.toThrow("the key store is down");
    keys.isDown = false;
    expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 0, pending: 3 });
    expect(await chainAuditEvents(keys)).toBe(3);
    expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 3, pending: 0 });
  });

  test("a key that is retired while records are being chained is not used any more", async () => {
    await emptyTrail();
    await writeRecords(3);
    const retiring: AuditMacKeys = {
      current: () => keys.current(),
      find: (id) => keys.find(id),
      async hold(tx, id) {
        // Queried in the transaction that holds the head.
        const [head] = await tx.select({ seq: auditChainTable.seq }).from(auditChainTable);
        expect(head).toEqual({ seq: 0n });
        const isCurrent = id === "key-2";
        keys.currentId = "key-2";
        return isCurrent;
      },
    };
    expect(await chainAuditEvents(retiring)).toBe(0);
    expect(await sql("select 1 from audit_events where seq is not null")).toEqual([]);
    expect(await chainAuditEvents(retiring)).toBe(3);
    expect(await sql("select distinct mac_key_id from audit_events")).toEqual([{ mac_key_id: "key-2" }]);
    expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 3 });
  });

  test("a record goes with the transaction it belongs to", async () => {
    await emptyTrail();
    const db = await database();
    await expect(
      db.transaction(async (tx) => {
        await recordAuditEvent(tx, { userId: "p" }, "value.resealed", "object");
        throw new Error("the act failed");
      }),
    ).rejects.toThrow("the act failed");
    expect(await sql("select 1 from audit_events")).toEqual([]);
  });
}

/**
 * Statements that give the records `from` to `to` MACs in a row, and the head the last of them, all with a
 * key that is not ours.
 */
async function recomputedTail(from: number, to: number): Promise<string[]> {
  const db = await database();
  const wrongKey = createSecretKey(randomBytes(32));
  const statements: string[] = [];
  const [before] = await sql<{ mac: string }>("select mac from audit_events where seq = $1", [from - 1]);
  let mac = before?.mac ?? "";
  for (let seq = from; seq <= to; seq += 1) {
    const [record] = await db
      .select(auditRecordColumns)
      .from(auditEventsTable)
      .where(eq(auditEventsTable.seq, BigInt(seq)));
    if (!record) throw new Error("no record");
    mac = auditRecordMac(wrongKey, { seq: BigInt(seq), previousMac: mac }, record);
    statements.push(`update audit_events set mac = '${mac}' where seq = ${seq}`);
  }
  statements.push(`update audit_chain set mac = '${mac}' where seq = ${to}`);
  return statements;
}
