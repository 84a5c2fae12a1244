import "server-only";
import { notificationSentence } from "@/contracts/notification-sentence";
import { isOperator } from "@/domain/vault/require-operator";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { sendMail } from "../mail/mail-server";
import { notificationMail } from "../mail/notification-mail";
import { sendWebhook } from "../webhooks/send-webhook";
import type { Delivery } from "./claim-due";
import { type Attempt, recordAttempt } from "./record-attempt";

/** Tries one delivery that is claimed, and stores how that ended. Never throws. */
export async function deliver(delivery: Delivery): Promise<void> {
  try {
    await recordAttempt(delivery, await attempt(delivery));
  } catch (error) {
    // Tried again when the claim has run out.
    logger.error({ err: error, delivery: delivery.id }, "a notification could not be delivered");
  }
}

/** @returns "gone" if there is nobody to tell any more */
async function attempt(delivery: Delivery): Promise<Attempt | "gone"> {
  const { channel, recipient, owner, isOwnerGone, email } = delivery;
  if (isOwnerGone) return "gone";
  if (channel === "mail") {
    if (email === null) return "gone";
    // They may have ceased to operate it since it was handed out.
    if (owner === "installation" && !(await isOperator({ userId: recipient }))) return "gone";
    const mail = notificationMail(delivery);
    return { outcome: await sendMail({ ...mail, to: email, id: delivery.id }), status: null };
  }
  const sent = await sendWebhook(recipient, {
    id: `msg_${delivery.id}`,
    body: JSON.stringify(webhookBody(delivery)),
  });
  return sent ?? "gone";
}

function webhookBody({ kind, owner, detail, at }: Delivery) {
  const { title, text, href } = notificationSentence(kind, detail, owner === "installation");
  const url = `${environment().APP_URL}${href}`;
  return { type: kind, timestamp: at, data: { owner, title, text, url, detail } };
}
