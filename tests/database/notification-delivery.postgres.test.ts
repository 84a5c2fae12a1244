import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NotificationKind } from "@/contracts/notification-kind";
import { INSTALLATION, personAsOwner } from "@/contracts/owner";
import { changeSetting } from "@/domain/notifications/change-setting";
import { countUnread } from "@/domain/notifications/count-unread";
import { deleteOldNotifications } from "@/domain/notifications/delivery/delete-old-notifications";
import { deliverAll } from "@/domain/notifications/delivery/deliver-all";
import { listNotifications } from "@/domain/notifications/list-notifications";
import { markAllRead } from "@/domain/notifications/mark-read";
import { notify } from "@/domain/notifications/notify";
import { readSettings } from "@/domain/notifications/read-settings";
import { addWebhook } from "@/domain/notifications/webhooks/add-webhook";
import { changeWebhook } from "@/domain/notifications/webhooks/change-webhook";
import { listWebhooks } from "@/domain/notifications/webhooks/list-webhooks";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { dataKeysTable, notificationDeliveriesTable, notificationsTable, userTable } from "@/lib/db/schema";
import { addressesOf, MailServer } from "../support/mail-server";
import { storeAccount } from "../support/stored-session";
import { WebhookReceiver } from "../support/webhook-receiver";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const OPEN = "127.0.0.5";
const OPERATORS = ["olga@operators.example", "otto@operators.example"];
const mail = new MailServer();
const receiver = new WebhookReceiver(OPEN);
beforeAll(async () => {
  await Promise.all([mail.start(), receiver.start()]);
  Object.assign(process.env, {
    SMTP_URL: mail.url,
    MAIL_FROM: "Orchestral <orchestral@example.com>",
    ALLOWED_PRIVATE_ENDPOINTS: OPEN,
    OPERATOR_EMAILS: OPERATORS.join(),
  });
});
afterAll(() => Promise.all([mail.stop(), receiver.stop()]));

async function newPerson(email = `${randomUUID()}@example.com`): Promise<{ userId: string; email: string }> {
  const { DATABASE_URL = "", BETTER_AUTH_SECRET = "" } = process.env;
  const account = { name: "Ada", email, password: "correct horse battery staple" };
  return { userId: await storeAccount({ DATABASE_URL, BETTER_AUTH_SECRET }, account), email };
}

const THRESHOLD = {
  kind: "limit_threshold",
  dedupeKey: "l1:2026-11-30:80",
  detail: {
    limitId: "l1",
    percent: 80,
    spent: 8_000_000,
    amount: 10_000_000,
    measure: "micro_usd",
    period: "day",
    resetsAt: "2026-12-01T00:00:00Z",
    scope: "person",
  },
} as const;

async function tellOf(userId: string, dedupeKey: string = randomUUID()): Promise<void> {
  const db = await database();
  await notify(db, {
    owner: personAsOwner(userId),
    kind: "key_expired",
    dedupeKey,
    detail: { keyId: "k", label: "Work", last4: "1a2b" },
  });
}

/** As if the pause before the next attempt were over. */
async function pauseIsOver(recipient: string): Promise<void> {
  const db = await database();
  await db
    .update(notificationDeliveriesTable)
    .set({ nextAt: sql`now()` })
    .where(eq(notificationDeliveriesTable.recipient, recipient));
}

async function deliveriesTo(recipient: string) {
  const db = await database();
  return db
    .select({
      state: notificationDeliveriesTable.state,
      attempts: notificationDeliveriesTable.attempts,
      lastOutcome: notificationDeliveriesTable.lastOutcome,
      waits: sql<boolean>`next_at > now() + interval '30 seconds'`,
    })
    .from(notificationDeliveriesTable)
    .where(eq(notificationDeliveriesTable.recipient, recipient));
}

describe("mail", () => {
  test("twenty requests that cross a threshold and three servers that deliver make one row and one mail", async () => {
    const { userId, email } = await newPerson();
    const db = await database();
    const owner = personAsOwner(userId);
    await Promise.all(Array.from({ length: 20 }, () => notify(db, { owner, ...THRESHOLD })));
    await Promise.all([deliverAll(), deliverAll(), deliverAll()]);
    await deliverAll();
    const rows = await db.select().from(notificationsTable).where(eq(notificationsTable.ownerId, userId));
    expect(rows).toHaveLength(1);
    const [one, ...others] = mail.to(email);
    expect(others).toEqual([]);
    expect(one?.recipients).toEqual([email]);
    expect(one?.mail.subject).toBe("A share of a limit is used");
    expect(addressesOf(one?.mail.from)).toEqual(["orchestral@example.com"]);
    expect(one?.mail.text).toContain("80% of your limit of today is used");
    expect(one?.mail.text).toContain("$8.00 of $10.00. It begins anew on 1 Dec 2026, 00:00 UTC.");
    expect(one?.mail.text).toContain("http://127.0.0.1:3000/usage/limits");
    expect(one?.mail.html).toContain('href="http://127.0.0.1:3000/usage/limits"');
    expect(await deliveriesTo(userId)).toMatchObject([{ state: "delivered", attempts: 1 }]);
  });

  test("a mail that is not taken is tried again after a pause, and is given up after six attempts in a way that is seen", async () => {
    const { userId, email } = await newPerson();
    mail.refusals.push(451);
    await tellOf(userId);
    await deliverAll();
    await deliverAll();
    expect(await deliveriesTo(userId)).toEqual([
      { state: "waiting", attempts: 1, lastOutcome: "refused", waits: true },
    ]);
    expect((await readSettings({ userId })).mail).toMatchObject({
      isConfigured: true,
      address: email,
      failing: { outcome: "refused" },
    });
    await pauseIsOver(userId);
    await deliverAll();
    expect(await deliveriesTo(userId)).toMatchObject([{ state: "delivered", attempts: 2 }]);
    expect(mail.to(email)).toHaveLength(1);
    expect((await readSettings({ userId })).mail.failing).toBeNull();

    await tellOf(userId);
    mail.refusals.push(451, 451, 550, 451, 451, 451);
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await deliverAll();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await pauseIsOver(userId);
    }
    expect(await deliveriesTo(userId)).toContainEqual(
      expect.objectContaining({ state: "given_up", attempts: 6, lastOutcome: "refused" }),
    );
    expect(mail.to(email)).toHaveLength(1);
    expect(mail.refusals).toEqual([]);
  });

  test("no name of anything adds a header or a recipient", async () => {
    const { userId, email } = await newPerson();
    const db = await database();
    const evil = "Eve\r\nBcc: victim@example.com\r\nX-Evil: 1\r\n\r\n<script>alert(1)</script>";
    const detail = { personName: evil, note: evil };
    await notify(db, { owner: personAsOwner(userId), kind: "limit_request", dedupeKey: "evil", detail });
    await deliverAll();
    const [one] = mail.to(email);
    expect(one?.recipients).toEqual([email]);
    expect(mail.to("victim@example.com")).toEqual([]);
    expect([...(one?.mail.headers.keys() ?? [])]).not.toContain("bcc");
    expect([...(one?.mail.headers.keys() ?? [])]).not.toContain("x-evil");
    // What a person typed is quoted in the mail, never in its subject.
    expect(one?.mail.subject).toBe("Somebody asks for more of a limit");
    expect(one?.mail.text).toContain(
      "Eve Bcc: victim@example.com X-Evil: 1 <script>alert(1)</script> asks for more",
    );
    expect(String(one?.mail.html)).not.toContain("<script>");
    // One recipient as well where the address itself has the form of several.
    const odd = await newPerson('"a, victim@example.com" <x@example.com>');
    await tellOf(odd.userId);
    await deliverAll();
    expect(mail.to("victim@example.com")).toEqual([]);
  });

  test("what a person turned off is not sent, and what was sent stays in the list", async () => {
    const { userId, email } = await newPerson();
    await changeSetting({ userId }, { kind: "key_expired", channel: "mail", isOn: false });
    await tellOf(userId);
    await deliverAll();
    expect(mail.to(email)).toEqual([]);
    expect((await listNotifications({ userId })).notifications).toHaveLength(1);
    await changeSetting({ userId }, { kind: "key_expired", channel: "mail", isOn: true });
    await tellOf(userId);
    await deliverAll();
    expect(mail.to(email)).toHaveLength(1);
  });

  test("who is suspended is told nothing, by webhook neither, also of what was handed out before", async () => {
    const { userId, email } = await newPerson();
    const { id } = await addWebhook(
      { userId },
      { address: `${receiver.address}/${userId}`, kinds: [], owner: "person" },
    );
    receiver.statuses.push(500);
    mail.refusals.push(451);
    await tellOf(userId);
    await deliverAll();
    expect(receiver.at(`/${userId}`)).toHaveLength(1);
    const db = await database();
    await db.update(userTable).set({ suspendedAt: new Date() }).where(eq(userTable.id, userId));
    await tellOf(userId);
    await Promise.all([userId, id].map(pauseIsOver));
    await deliverAll();
    expect(mail.to(email)).toEqual([]);
    expect(receiver.at(`/${userId}`)).toHaveLength(1);
    for (const recipient of [userId, id]) {
      expect(await deliveriesTo(recipient)).toMatchObject([{ state: "given_up", attempts: 2 }]);
    }
  });

  test("who operates the installation no longer is not told what was handed out before", async () => {
    const { userId, email } = await newPerson();
    const db = await database();
    await db.execute(sql`with told as (
        insert into notifications (owner_kind, owner_id, kind, dedupe_key, handed_out_at)
        values ('installation', 'installation', 'reconciliation_gap', ${randomUUID()}, now()) returning id
      )
      insert into notification_deliveries (notification_id, channel, recipient)
      select id, 'mail', ${userId} from told`);
    await deliverAll();
    expect(mail.to(email)).toEqual([]);
    expect(await deliveriesTo(userId)).toMatchObject([{ state: "given_up" }]);
    await db.delete(notificationsTable).where(eq(notificationsTable.ownerKind, "installation"));
  });

  test("twenty an hour are sent to one owner, alarms apart; the rest is in the application", async () => {
    const { userId, email } = await newPerson();
    const other = await newPerson();
    // What nobody wants takes no place.
    await changeSetting({ userId }, { kind: "key_failing", channel: "mail", isOn: false });
    const db = await database();
    const owner = personAsOwner(userId);
    const tell = (kind: NotificationKind) =>
      notify(db, { owner, kind, dedupeKey: randomUUID(), detail: { label: "Work" } });
    for (const kind of ["key_failing", "key_expired"] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one kind after the other
      await Promise.all(Array.from({ length: 23 }, () => tell(kind)));
    }
    await tell("key_paused");
    await tellOf(other.userId);
    await Promise.all([deliverAll(), deliverAll()]);
    await tellOf(userId);
    await deliverAll();
    const subjects = mail.to(email).map((each) => each.mail.subject);
    expect(subjects.filter((subject) => subject === "A key has expired")).toHaveLength(20);
    expect(subjects.filter((subject) => subject !== "A key has expired")).toEqual(["A key was paused"]);
    expect(mail.to(other.email)).toHaveLength(1);
    expect(await countUnread({ userId })).toBe(48);

    await db.execute(sql`update notifications set handed_out_at = handed_out_at - interval '1 hour'
      where owner_id = ${userId}`);
    await tellOf(userId);
    await deliverAll();
    expect(mail.to(email)).toHaveLength(22);
  });

  test("what is told to the installation reaches each operator once, and each reads it for themselves", async () => {
    const [olga, otto] = [await newPerson(OPERATORS[0]), await newPerson(OPERATORS[1])];
    const other = await newPerson();
    const db = await database();
    await notify(db, { owner: INSTALLATION, ...THRESHOLD });
    await Promise.all([deliverAll(), deliverAll(), deliverAll()]);
    for (const { email } of [olga, otto]) expect(mail.to(email)).toHaveLength(1);
    expect(mail.to(other.email)).toEqual([]);
    expect(await Promise.all([olga, otto, other].map(countUnread))).toEqual([1, 1, 0]);
    const { notifications } = await listNotifications(olga);
    expect(notifications).toMatchObject([{ owner: "installation", isRead: false }]);
    await markAllRead(olga, notifications[0]?.createdAt ?? "");
    expect(await Promise.all([olga, otto].map(countUnread))).toEqual([0, 1]);
  });
});

describe("webhooks", () => {
  test("a message is signed, tried again under the same id, and taken once", async () => {
    const { userId } = await newPerson();
    const path = `/${userId}/?token=t&x=1`;
    const { id, secret } = await addWebhook(
      { userId },
      { address: receiver.address + path, kinds: [], owner: "person" },
    );
    receiver.statuses.push(500);
    await tellOf(userId);
    await Promise.all([deliverAll(), deliverAll(), deliverAll()]);
    const own = () => receiver.at(`/${userId}`);
    expect(own()).toHaveLength(1);
    expect((await listWebhooks({ userId })).webhooks).toMatchObject([
      { id, last: { outcome: "refused", status: 500 }, waiting: 1, givenUp: 0 },
    ]);
    await pauseIsOver(id);
    await Promise.all([deliverAll(), deliverAll(), deliverAll()]);
    expect(own().map((each) => each.path)).toEqual([path, path]);
    expect(new Set(own().map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    for (const { headers, body } of own()) {
      expect(headers["content-type"]).toBe("application/json");
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: "key_expired",
        data: { owner: "person", title: "Key “Work” (…1a2b) has expired", detail: { keyId: "k" } },
      });
      expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow(
        "No matching signature found",
      );
    }
    expect((await listWebhooks({ userId })).webhooks).toMatchObject([
      { last: { outcome: "delivered", status: 204 }, waiting: 0 },
    ]);
  });

  test("only the kinds that it is for, and none while it is disabled or its channel is off", async () => {
    const { userId } = await newPerson();
    const hook = { address: `${receiver.address}/${userId}`, owner: "person" } as const;
    const { id } = await addWebhook({ userId }, { ...hook, kinds: ["limit_threshold"] });
    await tellOf(userId);
    await deliverAll();
    await changeWebhook({ userId }, id, { kinds: [], isActive: false });
    await tellOf(userId);
    await deliverAll();
    await changeWebhook({ userId }, id, { isActive: true });
    await changeSetting({ userId }, { kind: "key_expired", channel: "webhook", isOn: false });
    await tellOf(userId);
    await deliverAll();
    expect(receiver.at(`/${userId}`)).toEqual([]);
    await changeSetting({ userId }, { kind: "key_expired", channel: "webhook", isOn: true });
    await tellOf(userId);
    await deliverAll();
    expect(receiver.at(`/${userId}`)).toHaveLength(1);
  });

  test("a receiver that says it is gone, or takes nothing for days, is disabled, and its owner is told", async () => {
    const [gone, dead] = [await newPerson(), await newPerson()];
    const db = await database();
    const add = ({ userId }: { userId: string }) =>
      addWebhook({ userId }, { address: `${receiver.address}/${userId}`, kinds: [], owner: "person" });
    await add(gone);
    receiver.statuses.push(410);
    await tellOf(gone.userId);
    await deliverAll();
    expect((await listWebhooks(gone)).webhooks).toMatchObject([
      { state: "disabled", disabledBecause: "gone", waiting: 0, givenUp: 1 },
    ]);
    expect((await listNotifications(gone)).notifications[0]).toMatchObject({
      kind: "webhook_disabled",
      detail: { why: "gone" },
    });

    const { id } = await add(dead);
    await tellOf(dead.userId);
    await tellOf(dead.userId);
    receiver.statuses.push(503, 503);
    await deliverAll();
    await db.execute(sql`update webhooks set failing_since = now() - interval '4 days' where id = ${id}`);
    await db.execute(sql`update notification_deliveries set attempts = 5, next_at = now()
      where id = (select id from notification_deliveries where webhook_id = ${id} limit 1)`);
    receiver.statuses.push(503);
    await deliverAll();
    expect((await listWebhooks(dead)).webhooks).toMatchObject([
      { state: "disabled", disabledBecause: "failing", waiting: 0, givenUp: 2 },
    ]);
  });

  test("a receiver that does not answer holds up two of its own, and nobody else", async () => {
    const [slow, other] = [await newPerson(), await newPerson()];
    for (const { userId } of [slow, other]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await addWebhook({ userId }, { address: `${receiver.address}/${userId}`, kinds: [], owner: "person" });
    }
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    receiver.held = { path: `/${slow.userId}`, until: promise };
    await Promise.all(Array.from({ length: 15 }, () => tellOf(slow.userId)));
    await tellOf(other.userId);
    const delivered = deliverAll();
    await expect
      .poll(() => [receiver.at(`/${other.userId}`).length, mail.to(other.email).length], { timeout: 8000 })
      .toEqual([1, 1]);
    expect(receiver.at(`/${slow.userId}`)).toHaveLength(2);
    answer();
    await delivered;
    receiver.held = null;
    expect(receiver.at(`/${slow.userId}`)).toHaveLength(15);
    expect(mail.to(slow.email)).toHaveLength(15);
  });

  test("a deleted account takes its webhooks along, and the data key of their secrets", async () => {
    const { userId } = await newPerson();
    await addWebhook({ userId }, { address: `${receiver.address}/${userId}`, kinds: [], owner: "person" });
    const db = await database();
    await tellOf(userId);
    await db.delete(userTable).where(eq(userTable.id, userId));
    await deliverAll();
    expect(receiver.at(`/${userId}`)).toEqual([]);
    const [left] = await rowsOf(db, sql`select 1 from webhooks where owner_id = ${userId}`);
    expect(left).toBeUndefined();
    const ofOwner = and(
      eq(dataKeysTable.ownerKind, "system"),
      eq(dataKeysTable.ownerId, `webhooks:person:${userId}`),
    );
    expect(await db.select().from(dataKeysTable).where(ofOwner)).toMatchObject([
      { state: "destroyed", wrapped: null },
    ]);
  });
});

test("a delivery whose server died is taken over when its claim has run out", async () => {
  const { userId, email } = await newPerson();
  await tellOf(userId);
  const db = await database();
  // Handed out and claimed by a server that is gone.
  await db.execute(sql`update notifications set handed_out_at = now() where owner_id = ${userId}`);
  await db.execute(sql`insert into notification_deliveries (notification_id, channel, recipient, attempts, next_at)
    select id, 'mail', ${userId}, 1, now() + interval '2 minutes' from notifications where owner_id = ${userId}`);
  await deliverAll();
  expect(mail.to(email)).toEqual([]);
  await pauseIsOver(userId);
  await deliverAll();
  expect(mail.to(email)).toHaveLength(1);
});

test("what is older than 90 days goes, with all that hangs on it", async () => {
  const { userId } = await newPerson();
  const db = await database();
  await tellOf(userId, "old");
  await tellOf(userId, "new");
  await deliverAll();
  await markAllRead({ userId }, new Date(Date.now() + 60_000).toISOString());
  await db.execute(sql`update notifications set created_at = now() - interval '91 days'
    where owner_id = ${userId} and dedupe_key = 'old'`);
  await deleteOldNotifications();
  const left = await db.select().from(notificationsTable).where(eq(notificationsTable.ownerId, userId));
  expect(left.map(({ dedupeKey }) => dedupeKey)).toEqual(["new"]);
  expect(await deliveriesTo(userId)).toHaveLength(1);
});
