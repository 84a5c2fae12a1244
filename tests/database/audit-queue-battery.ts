import { beforeEach, describe, expect, test, vi } from "vitest";
import { startAuditChaining } from "@/domain/vault/audit/audit-chaining";
import { AuditUnavailable } from "@/domain/vault/audit/audit-errors";
import { flushAuditEvents, queueAuditEvent } from "@/domain/vault/audit/audit-queue";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { verifyAuditChain } from "@/domain/vault/audit/verify-audit-chain";
import { database } from "@/lib/db/client";
import { emptyTrail, sql, TestMacKeys } from "./audit-support";

/** Longer than the longest pause a test waits through. */
const PATIENCE = { timeout: 60_000, interval: 50 };

export function queueEvents(count: number, from = 0): void {
  for (let index = from; index < from + count; index += 1) {
    queueAuditEvent({
      actor: { userId: "ada" },
      action: "value.opened",
      objectId: `object-${index}`,
      detail: { provider: "anthropic", index },
    });
  }
}

export async function writtenObjects(): Promise<string[]> {
  const rows = await sql<{ object_id: string }>("select object_id from audit_events");
  return rows.map((row) => row.object_id).toSorted((left, right) => numberOf(left) - numberOf(right));
}

export function objects(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `object-${index}`);
}

function numberOf(objectId: string): number {
  return Number(objectId.split("-")[1]);
}

/** What the queue and the loop guarantee. */
export function auditQueueBattery(): void {
  beforeEach(emptyTrail);

  describe("a queued event", () => {
    test("is written soon after, without a flush", async () => {
      queueEvents(1);
      await vi.waitFor(async () => expect(await writtenObjects()).toEqual(["object-0"]), PATIENCE);
    });

    test("is written with all of its fields, and with the time it happened", async () => {
      const before = new Date();
      const detail = { provider: "anthropic", ids: ["a", "b"], count: 2, first: true };
      queueAuditEvent({ actor: { system: "rotation" }, action: "value.resealed", objectId: "o", detail });
      const after = new Date();
      // Later changes to the caller's object are not part of the event.
      detail.ids.push("c");
      await flushAuditEvents();
      const [row] = await sql<Record<string, unknown> & { at: Date }>("select * from audit_events");
      expect(row).toMatchObject({
        actor_id: "system:rotation",
        action: "value.resealed",
        object_id: "o",
        detail: { provider: "anthropic", ids: ["a", "b"], count: 2, first: true },
        seq: null,
      });
      expect(row?.at.getTime()).toBeGreaterThanOrEqual(before.getTime());
      expect(row?.at.getTime()).toBeLessThanOrEqual(after.getTime());
    });

    test("is written once, however many, in whatever way they are flushed", async () => {
      queueEvents(450);
      const first = flushAuditEvents();
      queueEvents(450, 450);
      await Promise.all([first, flushAuditEvents(), flushAuditEvents()]);
      expect(await writtenObjects()).toEqual(objects(900));
    });

    test("through one bundle's copy of the module is flushed by another's", async () => {
      queueEvents(1);
      vi.resetModules();
      const copy = await import("@/domain/vault/audit/audit-queue");
      expect(copy.flushAuditEvents).not.toBe(flushAuditEvents);
      await copy.flushAuditEvents();
      expect(await writtenObjects()).toEqual(["object-0"]);
    });
  });

  describe("while the table cannot be written", () => {
    test("events are kept, reported by a flush, and written once writing works again", async () => {
      await sql("alter table audit_events rename to audit_events_away");
      try {
        queueEvents(3);
        await expect(flushAuditEvents()).rejects.toMatchObject({ code: "audit_unavailable", waiting: 3 });
        queueEvents(2, 3);
        await expect(flushAuditEvents()).rejects.toMatchObject({ code: "audit_unavailable", waiting: 5 });
      } finally {
        await sql("alter table audit_events_away rename to audit_events");
      }
      // Without a flush: the queue retries automatically.
      await vi.waitFor(async () => expect(await writtenObjects()).toEqual(objects(5)), PATIENCE);
      await flushAuditEvents();
      expect(await writtenObjects()).toEqual(objects(5));
    });
  });

  describe("an event that is not fit for the trail", () => {
    const person = { userId: "ada" };
    const opened = "value.opened" as const;
    const unfit: [what: string, event: Parameters<typeof queueAuditEvent>[0]][] = [
      [
        "detail over 64 kB",
        { actor: person, action: opened, objectId: "o", detail: { text: "x".repeat(65_536) } },
      ],
      [
        "detail over 64 kB of UTF-8",
        { actor: person, action: opened, objectId: "o", detail: { text: "é".repeat(33_000) } },
      ],
      [
        "a number that is written out long",
        { actor: person, action: opened, objectId: "o", detail: { n: 1e300 } },
      ],
      ["a number that is none", { actor: person, action: opened, objectId: "o", detail: { n: Number.NaN } }],
      ["U+0000", { actor: person, action: opened, objectId: "o", detail: { text: "a\0b" } }],
      ["U+0000 in a name", { actor: person, action: opened, objectId: "o", detail: { "a\0": 1 } }],
      [
        "half of a surrogate pair",
        { actor: person, action: opened, objectId: "o", detail: { list: ["\ud800"] } },
      ],
      ["no object", { actor: person, action: opened, objectId: "" }],
      ["an object's id without end", { actor: person, action: opened, objectId: "o".repeat(513) }],
      [
        "a person who would pass for the system",
        { actor: { userId: "system:rotation" }, action: opened, objectId: "o" },
      ],
    ];
    test.each(unfit)("is refused at once: %s", async (_what, event) => {
      expect(() => queueAuditEvent(event)).toThrow(expect.objectContaining({ code: "audit_event_invalid" }));
      const db = await database();
      await expect(
        recordAuditEvent(db, event.actor, event.action, event.objectId, event.detail),
      ).rejects.toMatchObject({ code: "audit_event_invalid" });
      queueEvents(1);
      await flushAuditEvents();
      expect(await writtenObjects()).toEqual(["object-0"]);
    });

    test("the largest detail that is allowed is written, also where the database spells it longer", async () => {
      const ids = Array.from({ length: 13_000 }, (_, index) => String(index % 10).repeat(2));
      queueAuditEvent({ actor: person, action: opened, objectId: "object-0", detail: { ids } });
      queueAuditEvent({
        actor: person,
        action: opened,
        objectId: "object-1",
        detail: { text: "x".repeat(65_536 - 11) },
      });
      await flushAuditEvents();
      expect(await writtenObjects()).toEqual(objects(2));
    });
  });

  describe("the loop that chains", () => {
    test("chains what is queued and what transactions write, until it is stopped", async () => {
      const keys = new TestMacKeys();
      const chaining = startAuditChaining(keys);
      try {
        queueEvents(3);
        await recordAuditEvent(await database(), { userId: "ada" }, "value.resealed", "object-3");
        await vi.waitFor(
          async () =>
            expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 4, pending: 0 }),
          PATIENCE,
        );
        await recordAuditEvent(await database(), { userId: "ada" }, "value.resealed", "object-4");
        await vi.waitFor(
          async () =>
            expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 5, pending: 0 }),
          PATIENCE,
        );
      } finally {
        await chaining.stop();
      }
    });

    test("continues automatically when the key store is back", async () => {
      const keys = new TestMacKeys();
      keys.isDown = true;
      const chaining = startAuditChaining(keys);
      try {
        queueEvents(3);
        await flushAuditEvents();
        keys.isDown = false;
        await vi.waitFor(
          async () =>
            expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 3, pending: 0 }),
          PATIENCE,
        );
      } finally {
        await chaining.stop();
      }
    });

    test("loses nothing when it is stopped: everything queued is written and chained", async () => {
      const keys = new TestMacKeys();
      const chaining = startAuditChaining(keys);
      queueEvents(700);
      await chaining.stop();
      expect(await writtenObjects()).toEqual(objects(700));
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 700, pending: 0 });
    });

    test("stops while the key store is down, and leaves the records to the next start", async () => {
      const keys = new TestMacKeys();
      keys.isDown = true;
      const chaining = startAuditChaining(keys);
      queueEvents(5);
      await chaining.stop();
      keys.isDown = false;
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 0, pending: 5 });
      await startAuditChaining(keys).stop();
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 5, pending: 0 });
    });

    test("takes and chains nothing any more once it is stopped, until the next start", async () => {
      const keys = new TestMacKeys();
      const stopping = startAuditChaining(keys).stop();
      expect(() => queueEvents(1)).toThrow(AuditUnavailable);
      await stopping;
      expect(() => queueEvents(1)).toThrow(AuditUnavailable);
      await recordAuditEvent(await database(), { userId: "ada" }, "value.resealed", "object-0");
      expect(await verifyAuditChain(keys)).toMatchObject({ records: 0, pending: 1 });
      const next = startAuditChaining(keys);
      queueEvents(1);
      await next.stop();
      expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 2, pending: 0 });
    });
  });
}
