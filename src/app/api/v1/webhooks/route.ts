import {
  addWebhookRequestSchema,
  type WebhookListResponse,
  type WebhookSecretResponse,
} from "@/contracts/webhooks";
import { addWebhook } from "@/domain/notifications/webhooks/add-webhook";
import { listWebhooks } from "@/domain/notifications/webhooks/list-webhooks";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_WEBHOOK_BODY_BYTES } from "./webhook-route";

export const GET = apiRoute(async ({ user }): Promise<WebhookListResponse> => listWebhooks(user));

export const POST = apiRoute(
  async ({ request, user }): Promise<WebhookSecretResponse> =>
    addWebhook(user, await readJson(request, addWebhookRequestSchema, { maxBytes: MAX_WEBHOOK_BODY_BYTES })),
);

const refuse = refuseMethod("GET", "POST");

export { refuse as DELETE, refuse as PATCH, refuse as PUT };
