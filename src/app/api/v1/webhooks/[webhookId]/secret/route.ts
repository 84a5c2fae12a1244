import type { WebhookSecretResponse } from "@/contracts/webhooks";
import { replaceWebhookSecret } from "@/domain/notifications/webhooks/replace-webhook-secret";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type WebhookParams, webhookIdOf } from "../../webhook-route";

export const POST = apiRoute<WebhookParams>(
  async ({ user, params }): Promise<WebhookSecretResponse> => replaceWebhookSecret(user, webhookIdOf(params)),
);

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
