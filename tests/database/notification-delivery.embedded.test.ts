import { expect, test } from "vitest";
import { personAsOwner } from "@/contracts/owner";
import { deliverAll } from "@/domain/notifications/delivery/deliver-all";
import { listNotifications } from "@/domain/notifications/list-notifications";
import { notify } from "@/domain/notifications/notify";
import { readSettings } from "@/domain/notifications/read-settings";
import { addWebhook } from "@/domain/notifications/webhooks/add-webhook";
import { listWebhooks } from "@/domain/notifications/webhooks/list-webhooks";
import { database } from "@/lib/db/client";
import { notificationDeliveriesTable, userTable } from "@/lib/db/schema";
import { WebhookReceiver } from "../support/webhook-receiver";
import { useDatabase } from "./use-database";

useDatabase("embedded");

test("without a mail server people are told in the application and by webhook, and no mail waits for ever", async () => {
  const receiver = await new WebhookReceiver("127.0.0.6").start();
  // Nobody here.
  const OPERATOR_EMAILS = "olga@operators.example";
  Object.assign(process.env, { ALLOWED_PRIVATE_ENDPOINTS: "127.0.0.6", OPERATOR_EMAILS });
  const ada = { userId: "ada" };
  const db = await database();
  await db.insert(userTable).values({ id: "ada", name: "Ada", email: "ada@example.com" });
  await addWebhook(ada, { address: `${receiver.address}/hook`, kinds: [], owner: "person" });
  const notice = { owner: personAsOwner("ada"), kind: "key_expired", dedupeKey: "k", detail: {} } as const;
  await Promise.all([notify(db, notice), notify(db, notice)]);
  await Promise.all([deliverAll(), deliverAll()]);
  await receiver.stop();
  expect(receiver.received).toHaveLength(1);
  expect((await readSettings(ada)).mail).toEqual({
    isConfigured: false,
    address: "ada@example.com",
    failing: null,
  });
  expect((await listNotifications(ada)).unread).toBe(1);
  expect((await listWebhooks(ada)).webhooks).toMatchObject([{ last: { outcome: "delivered" } }]);
  const deliveries = await db.select().from(notificationDeliveriesTable);
  expect(deliveries.map(({ channel, state }) => ({ channel, state }))).toEqual([
    { channel: "webhook", state: "delivered" },
  ]);
});
