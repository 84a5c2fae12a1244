import { changeWebhookRequestSchema } from "@/contracts/webhooks";
import { changeWebhook } from "@/domain/notifications/webhooks/change-webhook";
import { deleteWebhook } from "@/domain/notifications/webhooks/delete-webhook";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_WEBHOOK_BODY_BYTES, type WebhookParams, webhookIdOf } from "../webhook-route";

export const PATCH = apiRoute<WebhookParams>(async ({ request, user, params }) => {
  const webhookId = webhookIdOf(params);
  const change = await readJson(request, changeWebhookRequestSchema, { maxBytes: MAX_WEBHOOK_BODY_BYTES });
  await changeWebhook(user, webhookId, change);
  return { success: true };
});

export const DELETE = apiRoute<WebhookParams>(async ({ user, params }) => {
  await deleteWebhook(user, webhookIdOf(params));
  return { success: true };
});

const refuse = refuseMethod("PATCH", "DELETE");

export { refuse as GET, refuse as POST, refuse as PUT };
