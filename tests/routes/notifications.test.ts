import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOTIFICATION_KINDS } from "@/contracts/notification-kind";
import type { NotificationSummary } from "@/contracts/notifications";
import { sql } from "../http/support/database";
import "../http/support/refusal-matchers";
import { newPerson } from "../http/support/new-person";
import { OPERATORS } from "../http/support/operators";
import { newKey, standIn } from "../http/support/stand-in";
import { storeNotification } from "../http/support/store-notification";
import type { HttpPerson } from "../support/http-person";
import { MailServer } from "../support/mail-server";
import { WebhookReceiver } from "../support/webhook-receiver";
import { productWith } from "./support/product-with";

const OPEN = "127.0.0.7";
const receiver = new WebhookReceiver(OPEN);
const mail = new MailServer();
productWith({ ALLOWED_PRIVATE_ENDPOINTS: OPEN, MAIL_FROM: "orchestral@example.com" });
let operator: HttpPerson;
let otherOperator: HttpPerson;
beforeAll(async () => {
  await Promise.all([receiver.start(), mail.start()]);
  productWith({ SMTP_URL: mail.url });
  [operator, otherOperator] = await Promise.all([
    newPerson({ email: OPERATORS.notices }),
    newPerson({ email: OPERATORS.noticesToo }),
  ]);
});
afterAll(() => Promise.all([receiver.stop(), mail.stop()]));

const NOTIFICATIONS = "/api/v1/notifications";
const WEBHOOKS = "/api/v1/webhooks";

async function listOf(person: HttpPerson, query = ""): Promise<NotificationSummary[]> {
  return (await person.call("GET", `${NOTIFICATIONS}${query}`)).body.notifications;
}

const unreadOf = async (person: HttpPerson) =>
  (await person.call("GET", `${NOTIFICATIONS}/unread`)).body.unread as number;

const add = (person: HttpPerson, body: Record<string, unknown>) => person.call("POST", WEBHOOKS, body);

describe("the list", () => {
  test("is the person's own, newest first, page by page; each is read one by one or all at once", async () => {
    const [person, other] = await Promise.all([newPerson(), newPerson()]);
    await storeNotification(other);
    const ids: string[] = [];
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    while (ids.length < 5) ids.unshift(await storeNotification(person));
    const first = (await person.call("GET", `${NOTIFICATIONS}?limit=3`)).body;
    expect(first).toMatchObject({ unread: 5 });
    const second = (await person.call("GET", `${NOTIFICATIONS}?limit=3&cursor=${first.next}`)).body;
    expect(second.next).toBeNull();
    const all = [...first.notifications, ...second.notifications] as NotificationSummary[];
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect(all[0]).toEqual({
      id: ids[0],
      kind: "key_failing",
      owner: "person",
      detail: { label: "Work", last4: "1a2b", provider: "anthropic", outcome: "invalid" },
      createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
      isRead: false,
    });

    const one = `${NOTIFICATIONS}/${ids[2]}`;
    await person.call("PATCH", one, { isRead: true });
    await person.call("PATCH", one, { isRead: true });
    expect(await unreadOf(person)).toBe(4);
    await person.call("PATCH", one, { isRead: false });
    expect(await unreadOf(person)).toBe(5);
    // One that arrives while the list is read stays unread.
    const { createdAt } = all[1] as NotificationSummary;
    await sql("update notifications set created_at = created_at + interval '1 hour' where id = $1", [ids[0]]);
    expect((await person.call("POST", `${NOTIFICATIONS}/read`, { upTo: createdAt })).body).toEqual({
      unread: 1,
    });
    expect((await listOf(person)).filter(({ isRead }) => !isRead).map(({ id }) => id)).toEqual([ids[0]]);
    expect(await unreadOf(other)).toBe(1);
  });

  test("refuses cursors and limits that are none", async () => {
    const person = await newPerson();
    for (const query of ["cursor=1", "cursor=", "limit=0", "limit=-1", "limit=x", "cursor=%00"]) {
      const answer = await person.call("GET", `${NOTIFICATIONS}?${query}`);
      expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
    }
    expect(await listOf(person, `?cursor=${randomUUID()}`)).toEqual([]);
    for (const upTo of ["yesterday", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "infinity"]) {
      const answer = await person.call("POST", `${NOTIFICATIONS}/read`, { upTo });
      expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
    }
  });

  test("has the installation's for operators only, and what one has read the other has not", async () => {
    const person = await newPerson();
    const [row] = await sql<{ id: string }>(
      `insert into notifications (owner_kind, owner_id, kind, dedupe_key, handed_out_at)
        values ('installation', 'installation', 'reconciliation_gap', $1, now()) returning id`,
      [randomUUID()],
    );
    const id = row?.id ?? "";
    const seenBy = async (who: HttpPerson) => (await listOf(who)).find((each) => each.id === id)?.isRead;
    expect(await Promise.all([operator, otherOperator, person].map(seenBy))).toEqual([
      false,
      false,
      undefined,
    ]);
    expect((await operator.call("PATCH", `${NOTIFICATIONS}/${id}`, { isRead: true })).status).toBe(200);
    expect(await Promise.all([operator, otherOperator].map(seenBy))).toEqual([true, false]);
    const refused = await person.call("PATCH", `${NOTIFICATIONS}/${id}`, { isRead: true });
    expect(refused).toBeRefused({ status: 404, code: "not_found" });
    await sql("delete from notifications where id = $1", [id]);
  });

  test("leaves out what a person does not want to see here, and counts it no more", async () => {
    const person = await newPerson();
    const settings = `${NOTIFICATIONS}/settings`;
    await storeNotification(person);
    await storeNotification(person, { kind: "key_expired" });
    const before = (await person.call("GET", settings)).body;
    expect(Object.keys(before.settings)).toEqual(NOTIFICATION_KINDS);
    expect(before.settings.key_failing).toEqual({ app: true, mail: true, webhook: true });
    expect(before.mail).toEqual({ isConfigured: true, address: person.email, failing: null });
    const off = { kind: "key_failing", channel: "app", isOn: false };
    expect((await person.call("PUT", settings, off)).status).toBe(200);
    expect((await listOf(person)).map(({ kind }) => kind)).toEqual(["key_expired"]);
    expect(await unreadOf(person)).toBe(1);
    expect((await person.call("GET", settings)).body.settings.key_failing.app).toBe(false);
    await person.call("PUT", settings, { ...off, isOn: true });
    expect(await unreadOf(person)).toBe(2);
    for (const body of [
      { ...off, kind: "gossip" },
      { ...off, channel: "pigeon" },
      { ...off, kind: "__proto__" },
    ]) {
      const answer = await person.call("PUT", settings, body);
      expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
    }
  });
});

test("a key that fails in a chat is told once for each kind of failure, until it works again", async () => {
  const person = await newPerson();
  const key = await newKey("invalid");
  const keyId = await person.saveKey(key, { label: "Work" });
  const projectId = await person.createProject();
  const chat = () => person.chat({ projectId, text: "say: hello", keyProvider: "personal" });
  const told = async () => (await listOf(person)).map(({ kind, detail }) => ({ kind, ...detail }));
  const notice = { kind: "key_failing", keyId, label: "Work", provider: "anthropic", last4: key.slice(-4) };
  await Promise.all([chat(), chat(), chat()]);
  await expect.poll(told).toEqual([{ ...notice, outcome: "invalid" }]);
  await standIn.setKey(key, "no-credit");
  await chat();
  await expect.poll(told).toEqual([
    { ...notice, outcome: "no_credit" },
    { ...notice, outcome: "invalid" },
  ]);
  await standIn.setKey(key, "answers");
  await chat();
  await standIn.setKey(key, "no-credit");
  await chat();
  await expect.poll(async () => (await told()).length).toBe(3);
});

describe("webhooks", () => {
  test("one is added with a secret that is shown once, tested with a signed message, changed and deleted", async () => {
    const person = await newPerson();
    const address = `${receiver.address}/${person.userId}?token=t`;
    const added = await add(person, { address, kinds: ["key_failing"] });
    expect(added.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { id, secret } = added.body as { id: string; secret: string };
    const listed = await person.call("GET", WEBHOOKS);
    expect(listed.body).toMatchObject({
      isOperator: false,
      webhooks: [{ id, owner: "person", address, kinds: ["key_failing"], state: "active", last: null }],
    });
    expect(listed.text).not.toContain(secret.slice(6, 20));
    const [stored] = await sql<{ secret: string }>("select secret from webhooks where id = $1", [id]);
    expect(stored?.secret).toMatch(/^orc2\./);

    const tested = await person.call("POST", `${WEBHOOKS}/${id}/test`);
    expect(tested.body).toMatchObject({ outcome: "delivered", status: 204 });
    const verified = (by: string, place: number) => {
      const { body = "", headers } = receiver.at(`/${person.userId}`)[place] ?? {};
      return new Webhook(by).verify(body, headers as Record<string, string>);
    };
    expect(verified(secret, 0)).toMatchObject({ type: "test", data: { owner: "person" } });

    const replaced = (await person.call("POST", `${WEBHOOKS}/${id}/secret`)).body as { secret: string };
    await person.call("POST", `${WEBHOOKS}/${id}/test`);
    expect(verified(replaced.secret, 1)).toMatchObject({ type: "test" });
    expect(() => verified(secret, 1)).toThrow("No matching signature found");

    receiver.statuses.push(500, 302);
    for (const expected of [{ outcome: "refused", status: 500 }, { outcome: "redirect" }]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await person.call("POST", `${WEBHOOKS}/${id}/test`)).body).toMatchObject(expected);
    }
    // The redirect led nowhere.
    expect(receiver.at("/elsewhere")).toEqual([]);
    expect((await person.call("PATCH", `${WEBHOOKS}/${id}`, { isActive: false, kinds: [] })).status).toBe(
      200,
    );
    expect((await person.call("GET", WEBHOOKS)).body.webhooks).toMatchObject([
      { state: "disabled", disabledBecause: null, kinds: [], last: { outcome: "redirect" } },
    ]);
    expect((await person.call("DELETE", `${WEBHOOKS}/${id}`)).status).toBe(200);
    expect((await person.call("GET", WEBHOOKS)).body.webhooks).toEqual([]);
    const records = await sql<{ action: string }>(
      "select action from audit_events where object_id = $1 and actor_id = $2 order by id",
      [id, person.userId],
    );
    expect(new Set(records.map(({ action }) => action))).toEqual(
      new Set([
        "webhook.added",
        "webhook.tested",
        "webhook.secret_replaced",
        "webhook.changed",
        "webhook.deleted",
      ]),
    );
  });

  test("addresses that are not open to the installation are refused, when added, changed, and sent to", async () => {
    const person = await newPerson();
    const refused = [
      "http://169.254.169.254/latest/meta-data",
      "https://169.254.169.254/",
      "https://[::ffff:169.254.169.254]/",
      "https://127.0.0.1/hook",
      "http://10.0.0.1/hook",
      "https://user:password@receiver.example.com/",
      "https://receiver.example.com/#x",
      "ftp://receiver.example.com/",
      "javascript:alert(1)",
      "receiver",
      `${receiver.address}/\nx`,
    ];
    const { id } = (await add(person, { address: `${receiver.address}/x` })).body;
    for (const address of refused) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await add(person, { address })).toBeRefused({ status: 400, code: "webhook_refused" });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const changed = await person.call("PATCH", `${WEBHOOKS}/${id}`, { address });
      expect(changed).toBeRefused({ status: 400, code: "webhook_refused" });
    }
    // As if it had been allowed when it was added.
    await sql("update webhooks set address = 'http://169.254.169.254/' where id = $1", [id]);
    expect((await person.call("POST", `${WEBHOOKS}/${id}/test`)).body).toMatchObject({
      outcome: "address_refused",
      status: null,
    });
    for (const body of [
      {},
      { address: "" },
      { address: "x".repeat(501) },
      { address: "x", kinds: ["gossip"] },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await add(person, body)).toBeRefused({ status: 400, code: "invalid_request" });
    }
    expect(await person.call("PATCH", `${WEBHOOKS}/${id}`, {})).toBeRefused({ status: 400 });
  });

  test("there are five at most, also when they are added at once", async () => {
    const person = await newPerson();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => add(person, { address: `${receiver.address}/${n}` })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const [refused] = answers.filter(({ status }) => status !== 200);
    expect(refused).toBeRefused({ status: 400, code: "limit_reached" });
  });

  test("those of the installation are its operators', all of them", async () => {
    const person = await newPerson();
    const address = `${receiver.address}/installation`;
    expect(await add(person, { address, owner: "installation" })).toBeRefused({ status: 404 });
    const { id } = (await add(operator, { address, owner: "installation" })).body;
    const ids = async (who: HttpPerson) =>
      ((await who.call("GET", WEBHOOKS)).body.webhooks as { id: string }[]).map((each) => each.id);
    expect(await ids(otherOperator)).toContain(id);
    expect(await ids(person)).toEqual([]);
    for (const [method, path, body] of [
      ["PATCH", "", { isActive: false }],
      ["POST", "/test", undefined],
      ["POST", "/secret", undefined],
      ["DELETE", "", undefined],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await person.call(method, `${WEBHOOKS}/${id}${path}`, body);
      expect(answer).toBeRefused({ status: 404, code: "not_found" });
    }
    expect((await otherOperator.call("POST", `${WEBHOOKS}/${id}/test`)).body).toMatchObject({
      outcome: "delivered",
    });
    expect((await otherOperator.call("DELETE", `${WEBHOOKS}/${id}`)).status).toBe(200);
  });
});

test("an operator sends a test mail, to their own address only", async () => {
  const { body } = await operator.call("POST", "/api/v1/operator/mail-test");
  expect(body).toMatchObject({ outcome: "delivered" });
  expect(mail.received.map(({ recipients }) => recipients)).toEqual([[operator.email]]);
  mail.refusals.push(550);
  expect((await operator.call("POST", "/api/v1/operator/mail-test")).body).toMatchObject({
    outcome: "refused",
    sentence: expect.stringContaining("refused the mail"),
  });
});
